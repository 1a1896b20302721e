import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

export const eventJobs = {
  /** Hands one event of the outbox to everyone who listens. */
  dispatchEvent: defineJob('events.dispatch-event', {
    payload: z.strictObject({ eventId: z.string() }),
    attempts: 10,
    backoffMs: [500, 2_000, 10_000, 60_000],
    key: ({ eventId }) => eventId,
  }),
  /** Finds the events that were committed but never queued, because Redis or the process went away. */
  sweepOutbox: defineSweep('events.sweep-outbox', 5_000),
}
