import type { EventName, events, PayloadOf } from '@insula/contracts'
import { afterCommit, EventModel, newId } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'
import { tellPages } from './hint.ts'

/** Who an event is about and whose doing it was. */
export interface EventSource {
  tenantId: string | null
  id: string | null
  origin: { requestId: string }
}

/**
 * Announces a fact. The row joins the transaction of the change; after commit the tenant's open pages are told, and the job
 * that carries it on is queued; if Redis does not take it, the sweep finds the row.
 */
export async function emit<Contract extends (typeof events)[EventName]>(
  source: EventSource,
  event: Contract,
  payload: PayloadOf<Contract>,
): Promise<string> {
  const eventId = newId('event')
  const checked = event.payload.parse(payload)
  await EventModel.create({
    _id: eventId,
    tenantId: source.tenantId,
    type: event.type,
    version: event.version,
    payload: checked,
    actorId: source.id,
    requestId: source.origin.requestId,
    at: new Date(),
  })
  afterCommit(() => enqueue(eventJobs.dispatchEvent, { eventId }))
  if (source.tenantId) tellPages(source.tenantId, { id: eventId, type: event.type, payload: checked })
  return eventId
}

/** Whether an event has been carried to all who listen; null when there is no such event. */
export async function hasReachedEveryone(eventId: string): Promise<boolean | null> {
  const event = await EventModel.findById(eventId, { dispatchedAt: 1 }).lean()
  return event ? event.dispatchedAt !== null : null
}

/** Whether one listener is done with an event; null when there is no such event. */
export async function hasReached(eventId: string, listener: string): Promise<boolean | null> {
  const event = await EventModel.findById(eventId, { reached: 1 }).lean()
  return event ? (event.reached?.includes(listener) ?? false) : null
}

/** Notes a listener as done with an event that it will never hear of; it is then waited for no more. */
export async function passOver(eventId: string, listener: string): Promise<void> {
  await EventModel.updateOne({ _id: eventId }, { $addToSet: { reached: listener } })
}

/** For how long the oldest event that has not reached everyone has been waiting, in milliseconds; 0 when none is. */
export async function longestWaitMs(now = Date.now()): Promise<number> {
  const oldest = await EventModel.findOne({ dispatchedAt: null }, { at: 1 }).sort({ at: 1 }).lean()
  return oldest ? now - oldest.at.getTime() : 0
}
