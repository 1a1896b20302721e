import { type EventType, events, hints } from '@insula/contracts'
import { type EventDoc, EventModel } from '@insula/db'
import { enqueue, OfTheFuture, onlyOfTheFuture } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'
import { type Announced, type Listeners, listensTo } from '../kernel/listener.ts'
import { listeners } from './listeners.ts'

const contracts = new Map(Object.values(events).map((contract) => [contract.type as EventType, contract]))
const onlyHints: ReadonlySet<string> = new Set(Object.values(hints).map(({ type }) => type))

/**
 * Gives each listener of one event of the outbox its job, but for those that are done with it; an event that all are done
 * with is marked so. Safe to run twice. Returns the listeners that it has still to reach.
 */
export async function dispatch(eventId: string, among: Listeners = listeners): Promise<string[]> {
  const row = await EventModel.findById(eventId).lean()
  if (!row || row.dispatchedAt) return []
  // Of a release that stored it. Pages have read anew since, and nobody else ever listened.
  if (onlyHints.has(row.type)) {
    await settle(eventId, row.type, {})
    return []
  }
  const { type } = announced(row)
  const left = namesOf(type, among).filter((listener) => !hasReached(row, listener))
  await Promise.all(left.map((listener) => enqueue(eventJobs.hearEvent, { eventId, listener })))
  if (left.length === 0) await settle(eventId, type, among)
  return left
}

/**
 * Tells one listener of one event, and notes that it is done with it. One that is done already is not called again,
 * whatever became of its job.
 */
export async function hear(
  { eventId, listener }: { eventId: string; listener: string },
  among: Listeners = listeners,
): Promise<void> {
  const row = await EventModel.findById(eventId).lean()
  if (!row || hasReached(row, listener)) return
  const event = announced(row)
  const listening = Object.entries(among).find(([name]) => name === listener)?.[1]
  if (!listening || !listensTo(listening, event.type)) {
    // A former release's listener, which nobody waits for any more; else one of a release to come.
    if (row.dispatchedAt) return
    throw new OfTheFuture(`No listener ${listener} hears of ${event.type} here.`)
  }
  await listening.hear(event)
  await EventModel.updateOne({ _id: eventId }, { $addToSet: { reached: listener } })
  await settle(eventId, event.type, among)
}

const namesOf = (type: EventType, among: Listeners) =>
  Object.entries(among).flatMap(([name, listening]) => (listensTo(listening, type) ? [name] : []))

// Rows of an earlier release say nothing of whom they have reached.
const hasReached = ({ reached }: { reached?: string[] }, listener: string) =>
  reached?.includes(listener) ?? false

function announced(row: EventDoc & { _id: string }): Announced {
  const { _id: id, type } = row
  const contract = contracts.get(type)
  if (!contract) throw new OfTheFuture(`No contract describes the event ${type}.`)
  const payload = contract.payload.safeParse(row.payload)
  if (onlyOfTheFuture(payload.error)) throw new OfTheFuture(`${type} has fields that are not known here.`)
  return { ...row, id, type, payload: contract.payload.parse(row.payload) } as Announced
}

/** Marks the event as done once it has reached everyone, whichever of them was the last. */
async function settle(eventId: string, type: EventType, among: Listeners): Promise<void> {
  const names = namesOf(type, among)
  const everyone = names.length > 0 ? { reached: { $all: names } } : {}
  await EventModel.updateOne(
    { _id: eventId, dispatchedAt: null, ...everyone },
    { $set: { dispatchedAt: new Date() } },
  )
}

/** Events younger than this are still on their ordinary way to the queue. */
const graceMs = 5_000
/** Before an event that was swept is swept again: one that a listener cannot take must not stand before the others. */
const againMs = 30_000
const sweptAtOnce = 1_000

/** Queues what was committed and has not reached everyone. Returns how many there were. */
export async function sweepOutbox(now = new Date()): Promise<number> {
  const left = await EventModel.find(
    {
      dispatchedAt: null,
      at: { $lt: new Date(now.getTime() - graceMs) },
      dueAt: { $not: { $gt: now } },
    },
    { _id: 1 },
  )
    .sort({ at: 1 })
    .limit(sweptAtOnce)
    .lean()
  await Promise.all(left.map(({ _id }) => enqueue(eventJobs.dispatchEvent, { eventId: _id })))
  const ids = left.map(({ _id }) => _id)
  await EventModel.updateMany({ _id: { $in: ids } }, { $set: { dueAt: new Date(now.getTime() + againMs) } })
  return left.length
}
