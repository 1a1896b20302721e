import {
  completeUpload,
  discardFile,
  emptyTrash,
  fileUsage,
  getFile,
  type ImageMaker,
  makeVariants,
  purgeFile,
  restoreFile,
  retryFile,
  startUpload,
  sweepFiles,
  trashFile,
} from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import { FileModel, QuotaModel } from '@insula/db'
import { objectStore } from '@insula/providers/s3'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { seededRandom } from '@insula/testing/random'
import { anUpload, aSentUpload, send } from '@insula/testing/things/files'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { imageProcesses } from '../src/images/processes.ts'
import { aPhoto } from './photos.ts'

onTheLocalCloud()

const images = imageProcesses()
afterAll(() => images.close())

const MB = 1_000_000
const minute = 60_000
const jobRun = { jobId: 'test', attempt: 1, lastAttempt: false, signal: new AbortController().signal }
const make = async (actor: Actor, fileId: string, by: ImageMaker = images.makeImage, lastAttempt = false) => {
  const file = await FileModel.findOne({ _id: fileId, tenantId: actor.tenantId }).lean()
  const payload = { tenantId: actor.tenantId, fileId, run: Math.max(1, file?.run ?? 1) }
  await makeVariants(payload, { ...jobRun, lastAttempt }, by)
}
const stored = async (actor: Actor) =>
  [...(await objectStore().sizes(`${actor.tenantId}/`)).values()].reduce((sum, bytes) => sum + bytes, 0)
const used = async (actor: Actor) => (await fileUsage(actor)).used
const afterForms = () => new Date(Date.now() + 10 * minute)

describe('the room that a file takes', () => {
  test('is what lies in S3 of it once it is ready, told beside what was uploaded', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const { id } = await anUpload(actor, { bytes: photo })
    expect(await used(actor)).toBe(photo.length)
    await make(actor, id)
    const file = await getFile(actor, id)
    expect(file).toMatchObject({ state: 'ready', bytes: photo.length })
    expect(file.storedBytes).toBe(await stored(actor))
    expect(await used(actor)).toBe(file.storedBytes)
  })

  test('is less than what was uploaded where the image is, and the rest comes back', async () => {
    const { actor } = await aTenant()
    const background = '#345'
    const bytes = await sharp({ create: { width: 1_200, height: 900, channels: 3, background } })
      .png({ compressionLevel: 0 })
      .toBuffer()
    const { id } = await anUpload(actor, { bytes })
    await make(actor, id)
    const file = await getFile(actor, id)
    expect(file.state).toBe('ready')
    expect(file.storedBytes).toBeLessThan(bytes.length)
    expect(await used(actor)).toBe(file.storedBytes)
    expect(await stored(actor)).toBe(file.storedBytes)
  })

  test('is refused where the plan has not as much as was made; once it has, trying again is enough', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const { id } = await anUpload(actor, { bytes: photo })
    const quota = { tenantId: actor.tenantId, key: 'storage-bytes' } as const
    await QuotaModel.updateOne(quota, { used: 25 * MB })
    await make(actor, id)
    expect(await getFile(actor, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'over-quota', retryable: true },
      storedBytes: photo.length,
    })
    expect(await used(actor)).toBe(25 * MB)
    expect(await stored(actor)).toBe(photo.length)
    await QuotaModel.updateOne(quota, { used: photo.length })
    await retryFile(actor, id)
    await make(actor, id)
    expect(await getFile(actor, id)).toMatchObject({ state: 'ready' })
    expect(await used(actor)).toBe(await stored(actor))
  })

  test('of two that want the last of it only one gets it', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const files = [await anUpload(actor, { bytes: photo }), await anUpload(actor, { bytes: photo })]
    await make(actor, (await anUpload(actor, { bytes: photo })).id)
    const one = (await used(actor)) - 2 * photo.length
    const others = 25 * MB - photo.length - one
    await QuotaModel.updateOne({ tenantId: actor.tenantId, key: 'storage-bytes' }, { used: others })
    await Promise.all(files.map(({ id }) => make(actor, id)))
    const states = await Promise.all(files.map(async ({ id }) => (await getFile(actor, id)).state))
    expect(states.sort()).toEqual(['failed', 'ready'])
    expect(await used(actor)).toBe(others - photo.length + one)
  })

  test('and its objects come back whole when our side gives up half-way', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const { id } = await anUpload(actor, { bytes: photo })
    const halfWay: ImageMaker = async (path, folder, signal) => {
      const outcome = await images.makeImage(path, folder, signal)
      if (!('made' in outcome)) return outcome
      // One variant fewer than was said: what comes first is in S3 when this is found.
      const { rm } = await import('node:fs/promises')
      await rm(`${folder}/large.webp`)
      return outcome
    }
    await expect(make(actor, id, halfWay, true)).rejects.toThrow(/ENOENT/)
    expect(await getFile(actor, id)).toMatchObject({ state: 'failed', failure: { code: 'gave-up' } })
    expect(await used(actor)).toBe(photo.length)
    await expect.poll(() => stored(actor)).toBe(photo.length)
  })
})

describe('the form of a file that is ready', () => {
  test('brings nothing that stays: what it brings is gone once it has run out, and is not counted', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const ticket = await aSentUpload(actor, { bytes: photo })
    await completeUpload(actor, ticket.file.id)
    await make(actor, ticket.file.id)
    const before = await stored(actor)
    expect((await send(ticket, photo)).status).toBe(204)
    expect(await stored(actor)).toBe(before + photo.length)
    await sweepFiles(afterForms())
    const prefix = `${actor.tenantId}/${ticket.file.id}`
    const keys = [...(await objectStore().sizes(`${actor.tenantId}/`)).keys()].sort()
    expect(keys).toEqual(
      ['large.webp', 'medium.webp', 'original', 'thumb.webp'].map((key) => `${prefix}/1/${key}`),
    )
    expect(await used(actor)).toBe(before)
  })
})

test('whatever happens to files, the room that is counted is what lies in S3', async () => {
  const random = seededRandom('room')
  const pick = <Thing>(items: Thing[]) => items[Math.floor(random() * items.length)]
  const { actor } = await aTenant({ planId: 'pro' })
  const photo = await aPhoto({ width: 120, height: 90 })
  const killed: ImageMaker = () => Promise.reject(new Error('killed'))
  const damaged: ImageMaker = async () => ({ problem: 'damaged' })
  const acts: Record<string, (id: string) => Promise<unknown>> = {
    begin: () => startUpload(actor, { name: 'a', bytes: 1_000 }),
    send: () => aSentUpload(actor, { bytes: photo }),
    upload: () => anUpload(actor, { bytes: photo }),
    complete: (id) => completeUpload(actor, id),
    make: (id) => make(actor, id),
    makeTwice: (id) => Promise.all([make(actor, id), make(actor, id)]),
    kill: (id) => make(actor, id, killed),
    giveUp: (id) => make(actor, id, killed, true),
    damage: (id) => make(actor, id, damaged),
    retry: (id) => retryFile(actor, id),
    trash: (id) => trashFile(actor, id),
    restore: (id) => restoreFile(actor, id),
    purge: (id) => purgeFile(actor, id),
    discard: (id) => discardFile(actor, id),
    discardWhileMade: (id) => Promise.allSettled([make(actor, id), discardFile(actor, id)]),
    purgeWhileMade: (id) =>
      Promise.allSettled([make(actor, id), trashFile(actor, id).then(() => purgeFile(actor, id))]),
    emptyTrash: () => emptyTrash(actor),
  }
  const done = new Set<string>()
  for (let step = 0; step < 120; step += 1) {
    const files = await FileModel.find({ tenantId: actor.tenantId }, { _id: 1 }).lean()
    const name = must(pick(Object.keys(acts)))
    const id = pick(files)?._id ?? (await startUpload(actor, { name: 'b', bytes: 1_000 })).file.id
    // What the file's state does not allow is refused; that is not what this is about.
    const outcome = await Promise.allSettled([must(acts[name])(id)])
    if (outcome[0].status === 'fulfilled') done.add(name)
  }
  expect(done.size).toBeGreaterThan(8)
  // Once the forms have run out and the sweeps have come by, twice since the first one queues for the second.
  for (const _ of [1, 2, 3]) await sweepFiles(afterForms())
  const files = await FileModel.find({ tenantId: actor.tenantId }).lean()
  expect(files.filter(({ state }) => state === 'uploading')).toEqual([])
  expect(await used(actor)).toBe(files.reduce((sum, { claimed }) => sum + (claimed ?? Number.NaN), 0))
  expect(await used(actor)).toBe(await stored(actor))
})
