import { dispatch, hear } from '@insula/core/wiring/dispatch'

/** Tells everyone who listens of an event that it has not reached, one after the other, as the worker does with their jobs. */
export async function tellOf(eventId: string): Promise<void> {
  for (const listener of await dispatch(eventId)) await hear({ eventId, listener })
}
