import { type EventType, events } from '@insula/contracts'
import { EventModel } from '@insula/db'
import { enqueue, OfTheFuture, onlyOfTheFuture } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'
import { publishLive } from '@insula/providers/live'
import type { Announced } from '../kernel/listener.ts'
import { listenersOf } from './listeners.ts'

const contracts = new Map(Object.values(events).map((contract) => [contract.type as EventType, contract]))

/**
 * Carries one event of the outbox to the open pages and to everyone who listens, and then marks it done. Safe to
 * run twice: an event that is done is left alone, and listeners are idempotent by the event's id. One that
 * fails does not keep the others from being called, but all are called again.
 */
export async function dispatch(eventId: string): Promise<void> {
  const row = await EventModel.findById(eventId).lean()
  if (!row || row.dispatchedAt) return
  const type = row.type
  const contract = contracts.get(type)
  if (!contract) throw new OfTheFuture(`No contract describes the event ${type}.`)
  const payload = contract.payload.safeParse(row.payload)
  if (onlyOfTheFuture(payload.error)) throw new OfTheFuture(`${type} has fields that are not known here.`)
  const event = { ...row, id: row._id, type, payload: contract.payload.parse(row.payload) } as Announced

  // Pages first: the change itself is committed, and nobody should wait for a slow listener to see it. That
  // nobody hears it is no failure, since a page reads its data anew when it comes back.
  if (event.tenantId) {
    await publishLive(event.tenantId, { id: event.id, type, payload: event.payload }).catch(() => {})
  }
  const results = await Promise.allSettled(listenersOf(type).map((listener) => listener(event)))
  const failures = results.filter((result) => result.status === 'rejected').map((result) => result.reason)
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1)
    throw new AggregateError(failures, `${failures.length} listeners of ${type} failed`)
  await EventModel.updateOne({ _id: eventId, dispatchedAt: null }, { dispatchedAt: new Date() })
}

/** Events younger than this are still on their ordinary way to the queue. */
const graceMs = 5_000
const sweptAtOnce = 1_000

/** Queues what was committed but never queued. Returns how many there were. */
export async function sweepOutbox(now = new Date()): Promise<number> {
  const left = await EventModel.find(
    { dispatchedAt: null, at: { $lt: new Date(now.getTime() - graceMs) } },
    { _id: 1 },
  )
    .sort({ at: 1 })
    .limit(sweptAtOnce)
    .lean()
  await Promise.all(left.map(({ _id }) => enqueue(eventJobs.dispatchEvent, { eventId: _id })))
  return left.length
}
