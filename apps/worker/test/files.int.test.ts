import type { File } from '@insula/contracts'
import { downloadFile, fileUsage, getFile, retryFile, trashFile } from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import { createLog } from '@insula/core/kernel/log'
import { AuditEntryModel, EventModel } from '@insula/db'
import { enqueue, queueOf } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import { tellOf } from '@insula/testing/telling'
import { anUpload } from '@insula/testing/things/files'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { images } from '../src/handlers/files.ts'
import { createMetrics } from '../src/metrics.ts'
import { startWorkers, type Workers } from '../src/workers.ts'
import { aBomb, aLargePhoto, anSvg, aPhoto, hidden } from './photos.ts'

onTheLocalCloud()

let workers: Workers
beforeAll(() => {
  workers = startWorkers(createLog('worker', 'silent'), createMetrics())
})
afterAll(async () => {
  await workers.drain(5_000)
  images.close()
})

/** Waits until the file is ready or has failed. */
async function settled(actor: Actor, fileId: string): Promise<File> {
  const state = async () => (await getFile(actor, fileId)).state
  await expect.poll(state, { timeout: 20_000 }).toMatch(/ready|failed/)
  return getFile(actor, fileId)
}

const fetched = async (url: string) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}
const actions = async (actor: Actor, fileId: string) => {
  const entries = await AuditEntryModel.find({ tenantId: actor.tenantId, 'target.id': fileId })
    .sort({ _id: 1 })
    .lean()
  return entries.map(({ action }) => action)
}

describe('uploads that are no images end as a visible failure that trying again cannot mend', () => {
  test('an SVG named .png', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { name: 'logo.png', contentType: 'image/png', bytes: anSvg() })
    expect(await settled(actor, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'not-an-image', message: expect.stringContaining('not an image'), retryable: false },
      variants: [],
    })
  })

  test('a PNG of 196 megapixels', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { name: 'bomb.png', contentType: 'image/png', bytes: aBomb() })
    expect(await settled(actor, id)).toMatchObject({
      failure: { code: 'too-many-pixels', retryable: false },
    })
  })

  test('a JPEG that was cut off', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const { id } = await anUpload(actor, { bytes: photo.slice(0, photo.length / 2) })
    expect(await settled(actor, id)).toMatchObject({ failure: { code: 'damaged', retryable: false } })
    await expect(retryFile(actor, id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('choose another'),
    })
    expect(await actions(actor, id)).toEqual(['file.upload-started', 'file.uploaded', 'file.failed'])
  })

  test.each([
    ['image/jpeg', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'application/pdf'],
    ['image/png', '<!doctype html><title>x</title>', 'not an image'],
  ])('announced as %s, when the bytes are another: %j', async (contentType, text, told) => {
    const { actor } = await aTenant()
    const bytes = new TextEncoder().encode(text)
    const { id } = await anUpload(actor, { name: 'photo.jpg', contentType, bytes })
    const failure = { message: expect.stringContaining(told), retryable: false }
    expect(await settled(actor, id)).toMatchObject({ state: 'failed', failure })
  })
})

describe('a photo', () => {
  test.each([
    ['notes.txt', 'text/plain'],
    ['photo.pdf', 'application/pdf'],
    ['drawing.svg', 'image/svg+xml'],
    ['photo', ''],
    ['photo.JPG', 'image/jpg'],
  ])('is taken as what its bytes are, though it comes as %s of type %j', async (name, contentType) => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { name, contentType, bytes: await aPhoto() })
    expect(await settled(actor, id)).toMatchObject({ state: 'ready', contentType: 'image/jpeg' })
  })

  test('becomes ready, with variants, a placeholder and a log of what happened', async () => {
    const { actor } = await aTenant()
    const photo = await aPhoto()
    const { id } = await anUpload(actor, { bytes: photo })
    const file = await settled(actor, id)
    expect(file).toMatchObject({
      state: 'ready',
      width: 600,
      height: 800,
      failure: null,
      bytes: photo.length,
    })
    expect(Buffer.from(file.thumbhash ?? '', 'base64').length).toBeGreaterThan(4)
    expect(await actions(actor, id)).toEqual(['file.upload-started', 'file.uploaded', 'file.ready'])
    for (const { url, width, height, bytes: size } of file.variants) {
      const { response, bytes } = await fetched(url)
      expect(response.headers.get('content-type')).toBe('image/webp')
      expect(bytes.length).toBe(size)
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height })
    }
  })

  test('is downloaded as a file of its own name, without position or any other metadata', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { name: 'Ostia – “am Meer”.png', bytes: await aPhoto() })
    await settled(actor, id)
    const { url } = await downloadFile(actor, { fileId: id })
    const { response, bytes } = await fetched(url)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Ostia _ _am Meer_.jpg"; filename*=UTF-8''Ostia%20%E2%80%93%20%E2%80%9Cam%20Meer%E2%80%9D.jpg`,
    )
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    for (const word of [...hidden, 'Exif']) expect(bytes.includes(word)).toBe(false)
  })

  test('is not kept as it was sent', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { bytes: await aPhoto() })
    const file = await settled(actor, id)
    const url = new URL(must(file.variants[0]).url)
    expect(url.pathname).toMatch(new RegExp(`/${actor.tenantId}/${id}/1/thumb.webp$`))
    const raw = new URL(url)
    raw.pathname = url.pathname.replace('1/thumb.webp', 'upload')
    expect((await fetched(raw.href)).response.status).toBe(403)
    await expect(retryFile(actor, id)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('whose job comes again, and again at the same time, is made ready once', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { bytes: await aPhoto() })
    const job = { tenantId: actor.tenantId, fileId: id, run: 1 }
    // Past the queue's own deduplication, as two workers that both believe it theirs.
    await Promise.all([1, 2, 3].map(() => queueOf('files').add(fileJobs.makeVariants.name, job)))
    await settled(actor, id)
    await enqueue(fileJobs.makeVariants, job)
    await expect
      .poll(() => queueOf('files').getJobCountByTypes('waiting', 'active', 'delayed'), { timeout: 10_000 })
      .toBe(0)
    expect(await actions(actor, id)).toEqual(['file.upload-started', 'file.uploaded', 'file.ready'])
    const ready = await EventModel.find({ tenantId: actor.tenantId, type: 'file.ready' }).lean()
    expect(ready).toHaveLength(1)
    await tellOf(must(ready[0])._id)
    expect(await fileUsage(actor)).toMatchObject({ used: (await getFile(actor, id)).storedBytes })
  })

  test('that is put into the trash while it is made becomes ready there', async () => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor, { bytes: await aLargePhoto() })
    await trashFile(actor, id)
    expect(await settled(actor, id)).toMatchObject({ state: 'ready', trashedAt: expect.any(String) })
  })

  test('is made by a new process after the one that had it crashed, while others’ are made', async () => {
    const { actor } = await aTenant()
    const large = await aLargePhoto()
    const { id } = await anUpload(actor, { bytes: large })
    await expect.poll(() => queueOf('files').getActiveCount()).toBe(1)
    await expect.poll(() => images.pids().length).toBeGreaterThan(0)
    for (const pid of images.pids()) process.kill(pid, 'SIGSEGV')
    const { id: other } = await anUpload(actor, { bytes: await aPhoto() })
    expect(await settled(actor, other)).toMatchObject({ state: 'ready' })
    expect(await settled(actor, id)).toMatchObject({ state: 'ready' })
  })
})
