import type { EventName, events, PayloadOf } from '@insula/contracts'
import { afterCommit, EventModel, newId } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'

/** Who an event is about and whose doing it was. */
export interface EventSource {
  tenantId: string | null
  id: string | null
  origin: { requestId: string }
}

/**
 * Announces a change. The row joins the transaction of the change; the job that carries it on is queued
 * after commit, and if Redis does not take it, the sweep finds the row.
 */
export async function emit<Contract extends (typeof events)[EventName]>(
  source: EventSource,
  event: Contract,
  payload: PayloadOf<Contract>,
): Promise<string> {
  const eventId = newId('event')
  await EventModel.create({
    _id: eventId,
    tenantId: source.tenantId,
    type: event.type,
    version: event.version,
    payload: event.payload.parse(payload),
    actorId: source.id,
    requestId: source.origin.requestId,
    at: new Date(),
  })
  afterCommit(() => enqueue(eventJobs.dispatchEvent, { eventId }))
  return eventId
}
