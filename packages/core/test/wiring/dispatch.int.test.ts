import { events } from '@insula/contracts'
import { emit } from '@insula/core/kernel/emit'
import { type Announced, type Listeners, listens } from '@insula/core/kernel/listener'
import { dispatch, hear, sweepOutbox } from '@insula/core/wiring/dispatch'
import { EventModel, effectsSettled, newId } from '@insula/db'
import { OfTheFuture, queueOf } from '@insula/jobs'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { beforeEach, describe, expect, test } from 'vitest'

onTheLocalCloud()

const calls: string[] = []
const failing = new Set<string>()
const note =
  (listener: string) =>
  async ({ id, type }: Pick<Announced, 'id' | 'type'>) => {
    calls.push(`${listener} ${type} ${id}`)
    if (failing.has(listener)) throw new Error(`${listener} cannot`)
  }
const table: Listeners = {
  'tests.hear-all': listens('*', note('tests.hear-all')),
  'tests.hear-tenants': listens(['tenant.created', 'tenant.changed'], note('tests.hear-tenants')),
  'tests.hear-members': listens(['member.changed'], note('tests.hear-members')),
}
beforeEach(async () => {
  calls.length = 0
  failing.clear()
  await effectsSettled()
  await queueOf('events').obliterate({ force: true })
})

const anEvent = async (id?: string) => {
  const { actor } = await aTenant()
  const eventId = await emit(actor, events.tenantChanged, { tenantId: actor.tenantId })
  if (id) await EventModel.updateOne({ _id: eventId }, { $set: { type: id } })
  return eventId
}
const rowOf = (eventId: string) => EventModel.findById(eventId).lean()
const listenersJobs = async (eventId: string) => {
  const jobs = await queueOf('events').getJobs(['waiting', 'delayed', 'completed', 'failed'])
  return jobs
    .filter(({ name, data }) => name === 'events.hear-event' && data.eventId === eventId)
    .map(({ id }) => id)
    .sort()
}
const bothJobs = (eventId: string) => [`${eventId}.tests.hear-all`, `${eventId}.tests.hear-tenants`]

describe('each listener of an event has a job of its own', () => {
  test('by event and listener, and no second one however often the event is dispatched', async () => {
    const eventId = await anEvent()
    await Promise.all([dispatch(eventId, table), dispatch(eventId, table)])
    expect(await dispatch(eventId, table)).toEqual(['tests.hear-all', 'tests.hear-tenants'])
    expect(await listenersJobs(eventId)).toEqual(bothJobs(eventId))
    expect(calls).toEqual([])
  })

  test('and the event is done once it has reached all of them, not before', async () => {
    const eventId = await anEvent()
    await dispatch(eventId, table)
    failing.add('tests.hear-all')
    const failed = hear({ eventId, listener: 'tests.hear-all' }, table)
    await expect(failed).rejects.toThrow('tests.hear-all cannot')
    expect(await rowOf(eventId)).toMatchObject({ reached: [], dispatchedAt: null })
    await hear({ eventId, listener: 'tests.hear-tenants' }, table)
    expect(await rowOf(eventId)).toMatchObject({ reached: ['tests.hear-tenants'], dispatchedAt: null })
    failing.clear()
    await hear({ eventId, listener: 'tests.hear-all' }, table)
    expect(await rowOf(eventId)).toMatchObject({ dispatchedAt: expect.any(Date) })
  })

  test('so that one that is done is not called again, whatever comes again', async () => {
    const eventId = await anEvent()
    await dispatch(eventId, table)
    await hear({ eventId, listener: 'tests.hear-tenants' }, table)
    await queueOf('events').obliterate({ force: true })
    expect(await dispatch(eventId, table)).toEqual(['tests.hear-all'])
    expect(await listenersJobs(eventId)).toEqual([`${eventId}.tests.hear-all`])
    await hear({ eventId, listener: 'tests.hear-tenants' }, table)
    expect(calls).toEqual([`tests.hear-tenants tenant.changed ${eventId}`])
  })

  test('which two that end at the same time mark as done, too', async () => {
    const eventId = await anEvent()
    const listeners = await dispatch(eventId, table)
    await Promise.all(listeners.map((listener) => hear({ eventId, listener }, table)))
    expect(await rowOf(eventId)).toMatchObject({ dispatchedAt: expect.any(Date) })
  })
})

test('who listens to “*” hears every event, also of no tenant; who names some hears no other', async () => {
  const { actor, owner } = await aTenant()
  const nobodys = { tenantId: null, id: owner.user.id, origin: owner.origin }
  const told = [
    await emit(actor, events.memberChanged, { memberId: newId('member') }),
    await emit(nobodys, events.userRegistered, { userId: owner.user.id }),
  ]
  for (const eventId of told) {
    for (const listener of await dispatch(eventId, table)) await hear({ eventId, listener }, table)
  }
  expect(calls).toEqual([
    `tests.hear-all member.changed ${told[0]}`,
    `tests.hear-members member.changed ${told[0]}`,
    `tests.hear-all user.registered ${told[1]}`,
  ])
})

test('an event that nobody listens to is done at once', async () => {
  const eventId = await anEvent()
  expect(await dispatch(eventId, {})).toEqual([])
  expect(await rowOf(eventId)).toMatchObject({ dispatchedAt: expect.any(Date) })
})

describe('of another release', () => {
  test('a listener that is not known here is left to a worker that knows it', async () => {
    const eventId = await anEvent()
    const job = { eventId, listener: 'tests.of-the-future' }
    await expect(hear(job, table)).rejects.toThrow(OfTheFuture)
    await expect(hear({ eventId, listener: 'tests.hear-members' }, table)).rejects.toThrow(OfTheFuture)
    expect(await rowOf(eventId)).toMatchObject({ reached: [], dispatchedAt: null })
  })

  test('a listener that nobody waits for any more is let go', async () => {
    const eventId = await anEvent()
    await dispatch(eventId, {})
    await hear({ eventId, listener: 'tests.of-before' }, table)
    expect(calls).toEqual([])
  })

  test('one that a newer worker queued is called, though an older one that knew the others took it for done', async () => {
    const eventId = await anEvent()
    await dispatch(eventId, {})
    await hear({ eventId, listener: 'tests.hear-tenants' }, table)
    expect(calls).toHaveLength(1)
  })

  test('a row that says nothing of whom it reached has reached nobody', async () => {
    const eventId = await anEvent()
    await EventModel.updateOne({ _id: eventId }, { $unset: { reached: 1, dueAt: 1 } })
    expect(await dispatch(eventId, table)).toHaveLength(2)
    expect(await sweepOutbox(new Date(Date.now() + 6_000))).toBeGreaterThan(0)
  })

  test('an event that only pages have a use for is told to nobody, and done', async () => {
    const eventId = await anEvent('mail.changed')
    expect(await dispatch(eventId, table)).toEqual([])
    expect(await rowOf(eventId)).toMatchObject({ dispatchedAt: expect.any(Date) })
  })

  test('an event that is not known here waits', async () => {
    const eventId = await anEvent('moon.landed')
    await expect(dispatch(eventId, table)).rejects.toThrow(OfTheFuture)
    expect(await rowOf(eventId)).toMatchObject({ dispatchedAt: null })
  })
})

describe('the sweep', () => {
  const soon = () => new Date(Date.now() + 6_000)
  const queued = async (eventId: string) => {
    const jobs = await queueOf('events').getJobs(['waiting', 'delayed'])
    return jobs.filter(({ name, data }) => name === 'events.dispatch-event' && data.eventId === eventId)
  }
  const lose = async () => {
    await effectsSettled()
    await queueOf('events').obliterate({ force: true })
  }

  test('brings back what Redis lost, for the listeners that are not done with it', async () => {
    const eventId = await anEvent()
    await dispatch(eventId, table)
    await hear({ eventId, listener: 'tests.hear-tenants' }, table)
    await lose()
    await sweepOutbox(soon())
    expect(await queued(eventId)).toHaveLength(1)
    expect(await dispatch(eventId, table)).toEqual(['tests.hear-all'])
  })

  test('leaves alone what is still on its way, and what it has seen to just now', async () => {
    const eventId = await anEvent()
    await lose()
    await sweepOutbox(new Date())
    expect(await queued(eventId)).toEqual([])
    const first = soon()
    await sweepOutbox(first)
    expect(await queued(eventId)).toHaveLength(1)
    await lose()
    await sweepOutbox(new Date(first.getTime() + 29_000))
    expect(await queued(eventId)).toEqual([])
    await sweepOutbox(new Date(first.getTime() + 30_000))
    expect(await queued(eventId)).toHaveLength(1)
  })
})

test('an event expires thirty days after it reached everyone; one that has not stays', async () => {
  const day = 24 * 3_600_000
  const ago = (days: number) => new Date(Date.now() - days * day)
  const stored = async (days: number, dispatchedAt: Date | null) => {
    const eventId = await anEvent()
    const { db } = EventModel
    // Past the schema, which lets nobody change when an event happened.
    const events = db.collection<{ _id: string }>('events')
    await events.updateOne({ _id: eventId }, { $set: { at: ago(days), dispatchedAt } })
    return eventId
  }
  const waiting = await stored(400, null)
  const young = await stored(400, ago(29))
  const old = await stored(31, ago(31))
  await expect.poll(() => rowOf(old), { timeout: 90_000, interval: 250 }).toBeNull()
  expect(await rowOf(waiting)).not.toBeNull()
  expect(await rowOf(young)).not.toBeNull()
}, 100_000)
