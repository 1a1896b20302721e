import { EventEmitter, once } from 'node:events'
import { events, type Hint, Refusal } from '@insula/contracts'
import { emit } from '@insula/core/kernel/emit'
import { type Listeners, listens } from '@insula/core/kernel/listener'
import { createLog } from '@insula/core/kernel/log'
import { dispatch, hear, sweepOutbox } from '@insula/core/wiring/dispatch'
import { EventModel, effectsSettled } from '@insula/db'
import { allQueues, defineJob, enqueue, queueOf, workerConnection } from '@insula/jobs'
import { queuePrefix } from '@insula/jobs/env'
import { eventJobs } from '@insula/jobs/events'
import { cache } from '@insula/providers/cache'
import { closeLive, subscribeLive } from '@insula/providers/live'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { Worker } from 'bullmq'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Handled } from '../src/handlers/index.ts'
import { createMetrics } from '../src/metrics.ts'
import { backoffOf, processorOf } from '../src/processor.ts'
import { keepSchedules, writeMissing } from '../src/schedules.ts'
import { startWorkers } from '../src/workers.ts'

onTheLocalCloud()

const log = createLog('worker', 'silent')

/** A job of this test alone, handled by the worker's own wrapper. */
const probe = defineJob('tenants.try-something', {
  payload: z.strictObject({ word: z.string() }),
  attempts: 3,
  backoffMs: [1],
  key: ({ word }) => word,
})
const behaviour = new Map<string, () => unknown>()
const calls: { word: string; attempt: number; lastAttempt: boolean }[] = []
const known = new Map<string, Handled>([
  [
    probe.name,
    {
      contract: probe,
      handle: async (payload, { attempt, lastAttempt }) => {
        const { word } = payload as z.infer<typeof probe.payload>
        calls.push({ word, attempt, lastAttempt })
        return behaviour.get(word)?.()
      },
    },
  ],
])
const finished = new EventEmitter()
let worker: Worker
beforeAll(() => {
  const processJob = processorOf(log, createMetrics(), known)
  worker = new Worker('tenants', (job, token, signal) => processJob(job, token, signal), {
    connection: workerConnection(),
    prefix: queuePrefix(),
    settings: { backoffStrategy: () => 1 },
  })
  worker.on('completed', (job) => finished.emit(job.data.word ?? 'nameless'))
  worker.on('failed', (job) => {
    if (job?.finishedOn) finished.emit(job.data.word ?? 'nameless')
  })
})
afterAll(async () => {
  await worker.close()
  closeLive()
})

/** Has the job done and answers how it was called. */
async function done(word: string, does: () => unknown) {
  behaviour.set(word, does)
  const over = once(finished, word)
  await enqueue(probe, { word })
  await over
  return calls.filter((call) => call.word === word)
}

describe('a job', () => {
  test('whose handler refuses is not tried again', async () => {
    const refuse = () => {
      throw new Refusal('not_found', 'There is no such file.')
    }
    expect(await done('refused', refuse)).toHaveLength(1)
  })

  test('whose payload is not its contract’s is never handed to the handler', async () => {
    const over = once(finished, 'nameless')
    const before = calls.length
    await queueOf('tenants').add(probe.name, { other: 1 }, { attempts: 3, backoff: { type: 'steps' } })
    await over
    expect(calls).toHaveLength(before)
  })

  test('that fails is tried as often as its contract says, and knows when it is the last time', async () => {
    const fail = () => {
      throw new Error('the network is down')
    }
    expect(await done('failing', fail)).toEqual([
      { word: 'failing', attempt: 1, lastAttempt: false },
      { word: 'failing', attempt: 2, lastAttempt: false },
      { word: 'failing', attempt: 3, lastAttempt: true },
    ])
  })

  test('that heals is done once it does', async () => {
    let times = 0
    const heal = () => {
      times += 1
      if (times < 2) throw new Error('not yet')
    }
    expect(await done('healing', heal)).toHaveLength(2)
  })

  test('waits as its contract says, the last wait repeating', () => {
    const name = 'events.dispatch-event'
    expect([1, 2, 3, 4, 9].map((made) => backoffOf(name, made))).toEqual([500, 2_000, 10_000, 60_000, 60_000])
  })

  test('of a listener outlasts an outage of a day before it is given up', () => {
    const { name, attempts } = eventJobs.hearEvent
    const waits = Array.from({ length: attempts - 1 }, (_, index) => backoffOf(name, index + 1))
    expect(waits.slice(0, 4)).toEqual([500, 2_000, 10_000, 60_000])
    expect(Math.max(...waits)).toBe(600_000)
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(24 * 3_600_000)
  })

  test.each([
    ['that this worker does not know', 'tenants.of-the-future', { word: 'future' }],
    ['with fields that this worker does not know', probe.name, { word: 'future', since: 2 }],
  ])('%s is put off for a newer one, and spends no attempt', async (_title, name, data) => {
    const before = calls.length
    const job = await queueOf('tenants').add(name, data, { attempts: 2, backoff: { type: 'steps' } })
    await expect.poll(() => job.getState()).toBe('delayed')
    const waiting = await queueOf('tenants').getJob(job.id ?? '')
    expect(waiting?.attemptsMade).toBe(0)
    expect(waiting?.delay).toBeGreaterThan(20_000)
    expect(calls).toHaveLength(before)
    await waiting?.remove()
  })

  test('that was put off is done by a worker that knows it', async () => {
    const newer = new Map<string, Handled>([
      [
        'tenants.of-the-future',
        { contract: probe, handle: async (payload) => void handledByNewer.push(payload) },
      ],
    ])
    const handledByNewer: unknown[] = []
    const attempt = processorOf(log, createMetrics(), newer)
    const job = {
      name: 'tenants.of-the-future',
      data: { word: 'future' },
      opts: { attempts: 2 },
      attemptsMade: 0,
    }
    await attempt(job as never)
    expect(handledByNewer).toEqual([{ word: 'future' }])
  })
})

describe('a worker that is asked to stop', () => {
  const slow = { ...probe, name: 'billing.take-long', queue: 'billing' } as const
  const working = (handle: Handled['handle']) =>
    startWorkers(log, createMetrics(), new Map([[slow.name, { contract: slow, handle }]]))

  test('finishes what it has begun', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: release, resolve: finish } = Promise.withResolvers<void>()
    const workers = working(() => {
      begin()
      return release
    })
    await enqueue(slow, { word: 'begun' })
    await begun
    const drained = workers.drain(10_000)
    finish()
    expect(await drained).toBe('drained')
    expect(await queueOf('billing').getJobCounts('completed', 'active')).toEqual({ completed: 1, active: 0 })
    await queueOf('billing').obliterate({ force: true })
  })

  test('tells what takes too long to stop, and leaves it to be repeated', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: told, resolve: tell } = Promise.withResolvers<void>()
    const workers = working((_payload, { signal }) => {
      signal.addEventListener('abort', () => tell())
      begin()
      return new Promise(() => {})
    })
    await enqueue(slow, { word: 'endless' })
    await begun
    expect(await workers.drain(50)).toBe('cut')
    await told
    expect(await queueOf('billing').getJobCounts('completed', 'active')).toEqual({ completed: 0, active: 1 })
  })
})

describe('the schedules', () => {
  test('are back after Redis was emptied, and stand there once', async () => {
    const stop = await keepSchedules(log)
    const names = async () => {
      const all = await Promise.all(allQueues().map((queue) => queue.getJobSchedulers()))
      // Redis lists them by when they are due next, which is not what this is about.
      return all
        .flat()
        .map((schedule) => schedule?.name)
        .sort()
    }
    const before = await names()
    expect(before).toContain('events.sweep-outbox')
    await Promise.all(allQueues().map((queue) => queue.obliterate({ force: true })))
    for (const queue of allQueues()) {
      for (const { key } of await queue.getJobSchedulers()) await queue.removeJobScheduler(key)
    }
    expect(await names()).toEqual([])
    await writeMissing()
    await writeMissing()
    expect(await names()).toEqual(before)
    stop()
  })
})

describe('an event', () => {
  test('reaches the open pages of its tenant and no other’s, and is marked done', async () => {
    const { actor, owner } = await aTenant()
    const { actor: other } = await aTenant()
    const stop = new AbortController()
    const heard: { by: string; event: Hint }[] = []
    const pages = [actor, other].map(async ({ tenantId }) => {
      for await (const event of await subscribeLive(tenantId, stop.signal))
        heard.push({ by: tenantId, event })
    })
    const listeners = async () =>
      await cache().pubsub('NUMSUB', `live:${actor.tenantId}`, `live:${other.tenantId}`)
    await expect.poll(listeners).toEqual([`live:${actor.tenantId}`, 1, `live:${other.tenantId}`, 1])
    const payload = { userId: owner.user.id, memberId: 'mem_01h455vb4pex5vsknk084sn02q' }
    const eventId = await emit(actor, events.memberJoined, payload)
    await dispatch(eventId)
    expect((await EventModel.findById(eventId).lean())?.dispatchedAt).toBeInstanceOf(Date)
    await expect.poll(() => heard).toHaveLength(1)
    stop.abort()
    await Promise.all(pages)
    expect(heard).toEqual([{ by: actor.tenantId, event: { id: eventId, type: 'member.joined', payload } }])
  })

  test('one of whose listeners fails is heard again by that one alone', async () => {
    const { actor } = await aTenant()
    await effectsSettled()
    await queueOf('events').obliterate({ force: true })
    const heard: string[] = []
    const ended = Promise.withResolvers<void>()
    const among: Listeners = {
      'tests.stay-well': listens('*', async () => void heard.push('well')),
      'tests.heal': listens(['tenant.created'], async () => {
        heard.push('healing')
        if (heard.filter((one) => one === 'healing').length < 3) throw new Error('not yet')
        ended.resolve()
      }),
    }
    const workers = startWorkers(
      log,
      createMetrics(),
      new Map<string, Handled>([
        [
          eventJobs.dispatchEvent.name,
          {
            contract: eventJobs.dispatchEvent,
            handle: (payload) => dispatch(eventJobs.dispatchEvent.payload.parse(payload).eventId, among),
          },
        ],
        [
          eventJobs.hearEvent.name,
          {
            contract: eventJobs.hearEvent,
            handle: (payload) => hear(eventJobs.hearEvent.payload.parse(payload), among),
          },
        ],
      ]),
    )
    const eventId = await emit(actor, events.tenantCreated, { tenantId: actor.tenantId })
    await ended.promise
    await expect
      .poll(async () => (await EventModel.findById(eventId).lean())?.dispatchedAt)
      .toBeInstanceOf(Date)
    await workers.drain(10_000)
    expect(heard.toSorted()).toEqual(['healing', 'healing', 'healing', 'well'])
  })

  test('that was committed but never queued is found by the sweep', async () => {
    const { actor } = await aTenant()
    const eventId = await emit(actor, events.tenantCreated, { tenantId: actor.tenantId })
    await queueOf('events').obliterate({ force: true })
    await sweepOutbox(new Date(Date.now() + 6_000))
    const waiting = await queueOf('events').getJobs(['waiting'])
    expect(waiting.filter(({ data }) => data.eventId === eventId)).toHaveLength(1)
  })
})
