import { listFiles, sweepFiles } from '@insula/core/files'
import { createLog } from '@insula/core/kernel/log'
import { FileModel } from '@insula/db'
import { PutOff, queueOf } from '@insula/jobs'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { anUpload } from '@insula/testing/things/files'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { images } from '../src/handlers/files.ts'
import { turns } from '../src/handlers/turns.ts'
import { createMetrics } from '../src/metrics.ts'
import { schedules } from '../src/schedules.ts'
import { startWorkers } from '../src/workers.ts'

onTheLocalCloud()
afterAll(() => images.close())
beforeEach(() => queueOf('files').obliterate({ force: true }))

const waiting = async () =>
  (await queueOf('files').getJobs(['waiting', 'delayed'], 0, -1, true)).map(({ data }) => data)

describe('the line of files', () => {
  test('holds a few of each tenant, however many one brings, and those in the order in which they came', async () => {
    const { actor: many } = await aTenant()
    const { actor: few } = await aTenant()
    const first = []
    for (let count = 0; count < 20; count += 1) first.push(await anUpload(many))
    for (let count = 0; count < 3; count += 1) await anUpload(few)
    await expect.poll(async () => (await waiting()).length).toBe(7)
    const line = await waiting()
    expect(line.filter(({ tenantId }) => tenantId === many.tenantId).map(({ fileId }) => fileId)).toEqual(
      first.slice(0, 4).map(({ id }) => id),
    )
  })

  test('lets ten of one tenant pass forty of another’s that came before, and leaves none behind', async () => {
    const { actor: many } = await aTenant()
    const { actor: few } = await aTenant()
    for (let count = 0; count < 40; count += 1) await anUpload(many)
    for (let count = 0; count < 10; count += 1) await anUpload(few)
    const workers = startWorkers(createLog('worker', 'silent'), createMetrics())
    const left = async () =>
      (
        await Promise.all(
          [many, few].map((actor) =>
            FileModel.countDocuments({ tenantId: actor.tenantId, state: 'processing' }),
          ),
        )
      ).reduce((sum, count) => sum + count, 0)
    await expect.poll(left, { timeout: 25_000 }).toBe(0)
    await workers.drain(5_000)
    const [theirs, ours] = await Promise.all(
      [many, few].map((actor) => FileModel.find({ tenantId: actor.tenantId }).sort({ stateAt: 1 }).lean()),
    )
    const last = must(must(ours).at(-1)).stateAt
    // Alone they were ten turns; side by side with one other tenant they are about twenty.
    const passed = must(theirs).filter(({ stateAt }) => stateAt < last).length
    expect(passed).toBeLessThanOrEqual(10 + 8)
  })

  test('is full again within a minute after Redis was emptied, a few of each tenant, oldest first', async () => {
    const { actor: many } = await aTenant()
    const { actor: few } = await aTenant()
    for (let count = 0; count < 8; count += 1) await anUpload(many)
    const { id } = await anUpload(few)
    await expect.poll(async () => (await waiting()).length).toBe(5)
    await queueOf('files').obliterate({ force: true })
    const sweep = must(schedules.find(({ job }) => job.name === 'files.sweep'))
    const checkedEveryMs = 15_000
    // The schedule is missed for a moment, then it is written again, and then its turn comes.
    const latest = 60_000 - checkedEveryMs - sweep.everyMs
    await sweepFiles(new Date(Date.now() + latest))
    const ours = new Set([many.tenantId, few.tenantId])
    const line = (await waiting()).filter(({ tenantId }) => ours.has(tenantId))
    expect(line).toHaveLength(5)
    expect(line.filter(({ fileId }) => fileId === id)).toHaveLength(1)
    const { items } = await listFiles(many, { limit: 50, trashed: false })
    const oldest = items.slice(-4).map((file) => file.id)
    expect(line.flatMap(({ fileId }) => (fileId === id ? [] : fileId)).sort()).toEqual(oldest.sort())
  })
})

describe('the places of a worker', () => {
  test('are never all one tenant’s: the one too many is put off, and has its turn later', async () => {
    const inTurn = turns(2)
    const release = Promise.withResolvers<void>()
    const held = [1, 2].map(() => inTurn('ten_a', () => release.promise))
    await expect(inTurn('ten_a', async () => 'a')).rejects.toThrow(PutOff)
    expect(await inTurn('ten_b', async () => 'b')).toBe('b')
    release.resolve()
    await Promise.all(held)
    expect(await inTurn('ten_a', async () => 'a')).toBe('a')
    await expect(inTurn('ten_a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await expect(Promise.all([1, 2].map(() => inTurn('ten_a', async () => 'a')))).resolves.toEqual(['a', 'a'])
  })
})
