import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  completeUpload,
  discardFile,
  downloadFile,
  emptyTrash,
  fileUsage,
  getFile,
  type ImageMaker,
  listFiles,
  makeVariants,
  purgeFile,
  renameFile,
  restoreFile,
  resumeUpload,
  retryFile,
  startUpload,
  sweepFiles,
  trashFile,
} from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import {
  AuditEntryModel,
  EventModel,
  effectsSettled,
  FileModel,
  ObjectCheckModel,
  QuotaModel,
} from '@insula/db'
import { queueOf } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'
import { objectStore } from '@insula/providers/s3'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { anUpload, aSentUpload, send } from '@insula/testing/things/files'
import { describe, expect, test, vi } from 'vitest'

onTheLocalCloud()

const MB = 1_000_000
const minute = 60_000
const day = 24 * 60 * minute
const photo = (bytes: number) => ({ name: 'photo.jpg', contentType: 'image/jpeg', bytes })
const query = { limit: 50, trashed: false }
const jobRun = { jobId: 'test', attempt: 1, lastAttempt: false, signal: new AbortController().signal }
const actionsOn = async (actor: Actor, fileId: string) =>
  (await AuditEntryModel.find({ tenantId: actor.tenantId, 'target.id': fileId }).sort({ _id: 1 }).lean()).map(
    ({ action }) => action,
  )
const eventsOn = async (actor: Actor, fileId: string) =>
  (await EventModel.find({ tenantId: actor.tenantId, 'payload.fileId': fileId }).sort({ _id: 1 }).lean()).map(
    ({ type }) => type,
  )
const setBack = (fileId: string, actor: Actor, fields: Record<string, unknown>) =>
  FileModel.updateOne({ _id: fileId, tenantId: actor.tenantId }, { $set: fields })
const objectsOf = async (actor: Actor) => Object.fromEntries(await objectStore().sizes(`${actor.tenantId}/`))

describe('starting an upload', () => {
  test.each([
    undefined,
    '',
    'image/jpg',
    'image/pjpeg',
    'image/x-png',
    'application/octet-stream',
    'x',
    'IMAGE/JPEG; q=1',
    'image/heic',
    'text/plain',
    'text/html',
    'application/pdf',
    'video/mp4',
    'image/svg+xml',
  ])('is not refused for the type %j, since the bytes decide', async (contentType) => {
    const { actor } = await aTenant()
    const ticket = await startUpload(actor, { name: 'photo', bytes: 1, contentType })
    expect(ticket.post.fields['Content-Type']).toBe('application/octet-stream')
  })

  test('a file larger than the plan takes is refused with the plan’s limit', async () => {
    const { actor } = await aTenant()
    await expect(startUpload(actor, photo(21 * MB))).rejects.toMatchObject({
      code: 'too_large',
      details: { limit: { key: 'max-file-bytes', limit: 20 * MB, requested: 21 * MB } },
    })
  })

  test('a file for which there is no room is refused, telling used and limit and the plan that has room', async () => {
    const { actor } = await aTenant()
    await startUpload(actor, photo(20 * MB))
    await expect(startUpload(actor, photo(6 * MB))).rejects.toMatchObject({
      code: 'limit_reached',
      details: { limit: { used: 20 * MB, limit: 25 * MB, requested: 6 * MB }, upgradeTo: 'pro' },
    })
    expect(await FileModel.countDocuments({ tenantId: actor.tenantId })).toBe(1)
  })

  test('of 200 at once at the edge of the plan exactly as many get room as fit', async () => {
    const { actor } = await aTenant()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, () => startUpload(actor, photo(MB))),
    )
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(outcomes.length - refusals.length).toBe(25)
    expect(new Set(refusals.map((refusal) => refusal.code))).toEqual(new Set(['limit_reached']))
    expect(await fileUsage(actor)).toEqual({
      used: 25 * MB,
      limit: 25 * MB,
      maxFileBytes: 20 * MB,
      trash: { files: 0, bytes: 0 },
    })
    expect(await FileModel.countDocuments({ tenantId: actor.tenantId })).toBe(25)
  })

  test('the form takes neither more bytes, nor fewer, nor another key, nor another type', async () => {
    const { actor } = await aTenant()
    const { post } = await startUpload(actor, photo(64))
    const forged = (fields: Record<string, string>) => ({
      post: { ...post, fields: { ...post.fields, ...fields } },
    })
    expect((await send({ post }, new Uint8Array(65))).status).toBe(400)
    expect((await send({ post }, new Uint8Array(63))).status).toBe(400)
    expect((await send(forged({ key: `${actor.tenantId}/other` }), new Uint8Array(64))).status).toBe(403)
    expect((await send(forged({ 'Content-Type': 'text/html' }), new Uint8Array(64))).status).toBe(403)
    expect((await send({ post }, new Uint8Array(64))).status).toBe(204)
  })
})

describe('completing an upload', () => {
  test('another tenant’s file is answered as one that is not there', async () => {
    const { actor } = await aTenant()
    const { actor: other } = await aTenant()
    const { file } = await aSentUpload(other)
    await expect(completeUpload(actor, file.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('before the bytes have arrived it is refused and the file keeps waiting for them', async () => {
    const { actor } = await aTenant()
    const { file } = await startUpload(actor, photo(9))
    await expect(completeUpload(actor, file.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'uploading' })
  })

  test('twenty times at once it happens once', async () => {
    const { actor } = await aTenant()
    const { file } = await aSentUpload(actor)
    const files = await Promise.all(Array.from({ length: 20 }, () => completeUpload(actor, file.id)))
    expect(new Set(files.map(({ state }) => state))).toEqual(new Set(['processing']))
    expect(await actionsOn(actor, file.id)).toEqual(['file.upload-started', 'file.uploaded'])
    expect(await eventsOn(actor, file.id)).toEqual(['file.uploaded'])
    await effectsSettled()
    const jobs = await queueOf('files').getJobs(['waiting', 'delayed', 'prioritized'])
    expect(jobs.filter(({ data }) => data.fileId === file.id)).toHaveLength(1)
  })
})

describe('making variants', () => {
  const never = () => Promise.reject(new Error('must not be called'))

  test('a payload that names another tenant’s file is refused', async () => {
    const { actor } = await aTenant()
    const { actor: other } = await aTenant()
    const file = await anUpload(other)
    const forged = { tenantId: actor.tenantId, fileId: file.id, run: 1 }
    await expect(makeVariants(forged, jobRun, never)).rejects.toMatchObject({ code: 'not_found' })
    expect(await getFile(other, file.id)).toMatchObject({ state: 'processing' })
  })

  test('a job of an earlier run changes nothing', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    const job = { tenantId: actor.tenantId, fileId: file.id, run: 1 }
    await setBack(file.id, actor, { attempts: 6 })
    await makeVariants(job, jobRun, never)
    await retryFile(actor, file.id)
    await makeVariants(job, jobRun, never)
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'processing', failure: null })
  })

  test('bytes that were exchanged after they were confirmed are not read', async () => {
    const { actor } = await aTenant()
    const ticket = await aSentUpload(actor, { bytes: new Uint8Array(64).fill(1) })
    const file = await completeUpload(actor, ticket.file.id)
    await send(ticket, new Uint8Array(64).fill(2))
    await makeVariants({ tenantId: actor.tenantId, fileId: file.id, run: 1 }, jobRun, never)
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'failed', failure: { code: 'changed' } })
  })

  test('what fails on our side is tried again, and after the last time shown as a failure', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    const job = { tenantId: actor.tenantId, fileId: file.id, run: 1 }
    const broken = () => Promise.reject(new Error('out of memory'))
    await expect(makeVariants(job, jobRun, broken)).rejects.toThrow('out of memory')
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'processing' })
    await expect(makeVariants(job, { ...jobRun, lastAttempt: true }, broken)).rejects.toThrow('out of memory')
    expect(await getFile(actor, file.id)).toMatchObject({
      state: 'failed',
      failure: { code: 'gave-up', retryable: true },
    })
    expect(await eventsOn(actor, file.id)).toEqual(['file.uploaded', 'file.failed'])
  })

  test('a file that takes its worker down each time is given up', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    const job = { tenantId: actor.tenantId, fileId: file.id, run: 1 }
    await setBack(file.id, actor, { attempts: 6 })
    await makeVariants(job, jobRun, never)
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'failed', failure: { code: 'gave-up' } })
  })
})

/** Writes what a worker would have made of an image; by `sign`, so that what lies in S3 tells who wrote it. */
const imageOf =
  (sign: string): ImageMaker =>
  async (_path, folder) => {
    const names = ['original', 'thumb.webp', 'medium.webp', 'large.webp']
    for (const name of names) await writeFile(join(folder, name), sign)
    const variant = { width: 1, height: 1, bytes: sign.length }
    const variants = (['thumb', 'medium', 'large'] as const).map((name) => ({ name, ...variant }))
    const made = { originalBytes: sign.length, width: 1, height: 1, thumbhash: 'AAAA', variants }
    return { made: { contentType: 'image/jpeg', ...made } }
  }

test('a run that gives up late takes nothing of the run that was begun meanwhile', async () => {
  const { actor } = await aTenant()
  const { id } = await anUpload(actor)
  const job = (round: number) => ({ tenantId: actor.tenantId, fileId: id, run: round })
  const store = objectStore()
  // The moment between the two: the failure is told, and its objects are about to be removed.
  let between: (() => Promise<unknown>) | null = async () => {
    await retryFile(actor, id)
    await makeVariants(job(2), jobRun, imageOf('second'))
  }
  const meanwhile = async () => {
    const act = between
    between = null
    await act?.()
  }
  const spies = (['deleteAll', 'deleteOne'] as const).map((method) => {
    const remove = store[method].bind(store)
    return vi.spyOn(store, method).mockImplementation(async (key) => {
      await meanwhile()
      await remove(key)
    })
  })
  try {
    await setBack(id, actor, { attempts: 6 })
    await makeVariants(job(1), jobRun, imageOf('first'))
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  expect(between).toBeNull()
  const file = await getFile(actor, id)
  expect(file).toMatchObject({ state: 'ready', storedBytes: 4 * 'second'.length })
  const urls = [...file.variants.map(({ url }) => url), (await downloadFile(actor, { fileId: id })).url]
  for (const url of urls) {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    expect([response.status, await response.text()]).toEqual([200, 'second'])
  }
  expect(Object.values(await objectsOf(actor))).toEqual([6, 6, 6, 6])
})

describe('a failure tells whether trying again may mend it, and where not is not tried again', () => {
  test.each([
    'not-an-image',
    'type-not-allowed',
    'too-many-pixels',
    'too-long',
    'too-many-frames',
    'too-much-work',
    'damaged',
  ] as const)('%s: no, choose another file', async (problem) => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor)
    await makeVariants({ tenantId: actor.tenantId, fileId: id, run: 1 }, jobRun, async () => ({ problem }))
    const failed = { state: 'failed', failure: { code: problem, retryable: false } }
    expect(await getFile(actor, id)).toMatchObject(failed)
    const refusal = { code: 'conflict', message: expect.stringContaining('choose another') }
    await expect(retryFile(actor, id)).rejects.toMatchObject(refusal)
    expect(await getFile(actor, id)).toMatchObject(failed)
    // As rows of an earlier release have it.
    await setBack(id, actor, { 'failure.retryable': true })
    expect(await getFile(actor, id)).toMatchObject(failed)
    await expect(retryFile(actor, id)).rejects.toMatchObject(refusal)
    expect(await actionsOn(actor, id)).toEqual(['file.upload-started', 'file.uploaded', 'file.failed'])
  })

  test.each(['gave-up', 'over-quota', 'changed', 'of-a-newer-release'])('%s: yes', async (code) => {
    const { actor } = await aTenant()
    const { id } = await anUpload(actor)
    const failure = { code, message: 'Failed.', retryable: true }
    await setBack(id, actor, { state: 'failed', failure })
    expect(await getFile(actor, id)).toMatchObject({ failure: { code, retryable: true } })
    expect(await retryFile(actor, id)).toMatchObject({ state: 'processing', failure: null })
  })

  test('bytes of another size than was announced: no', async () => {
    const { actor } = await aTenant()
    const { file } = await startUpload(actor, photo(64))
    await objectStore().put(`${actor.tenantId}/${file.id}/upload`, Buffer.alloc(9), 'image/jpeg')
    expect(await completeUpload(actor, file.id)).toMatchObject({
      failure: { code: 'size-mismatch', retryable: false },
    })
  })
})

describe('changing a file', () => {
  test('only a file that failed can be tried again', async () => {
    const { actor } = await aTenant()
    const { file } = await aSentUpload(actor)
    await expect(retryFile(actor, file.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a file that is not ready cannot be downloaded', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    await expect(downloadFile(actor, { fileId: file.id })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a new name stands in the log with the old one', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    expect(await renameFile(actor, file.id, 'Roof.jpg')).toMatchObject({ name: 'Roof.jpg' })
    const entry = await AuditEntryModel.findOne({ tenantId: actor.tenantId, action: 'file.renamed' }).lean()
    expect(entry).toMatchObject({ before: { name: 'photo.jpg' }, after: { name: 'Roof.jpg' } })
  })

  test('a trashed file leaves the list, keeps its room, and comes back', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    await trashFile(actor, file.id)
    await trashFile(actor, file.id)
    expect((await listFiles(actor, query)).items).toEqual([])
    expect((await listFiles(actor, { ...query, trashed: true })).items).toMatchObject([{ id: file.id }])
    expect(await fileUsage(actor)).toMatchObject({ used: 64 })
    expect(await restoreFile(actor, file.id)).toMatchObject({ trashedAt: null })
    expect(await actionsOn(actor, file.id)).toEqual([
      'file.upload-started',
      'file.uploaded',
      'file.trashed',
      'file.restored',
    ])
  })
})

describe('doing away with a file', () => {
  test('only what is not ready is discarded, and only what is in the trash is purged', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    await expect(purgeFile(actor, file.id)).rejects.toMatchObject({ code: 'conflict' })
    await setBack(file.id, actor, { state: 'ready' })
    await expect(discardFile(actor, file.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await fileUsage(actor)).toMatchObject({ used: 64 })
  })

  test('another tenant’s is answered as one that is not there', async () => {
    const { actor } = await aTenant()
    const { actor: other } = await aTenant()
    const file = await anUpload(other)
    await trashFile(other, file.id)
    for (const act of [discardFile, purgeFile, resumeUpload]) {
      await expect(act(actor, file.id)).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await emptyTrash(actor)).toEqual({ files: 0, bytes: 0, left: 0 })
    expect(await getFile(other, file.id)).toMatchObject({ id: file.id })
  })

  test.each(['uploading', 'processing', 'failed'] as const)(
    'one that is %s gives its room and its bytes back at once, and once',
    async (state) => {
      const { actor } = await aTenant()
      const { file } = await aSentUpload(actor)
      await setBack(file.id, actor, { state })
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => discardFile(actor, file.id)))
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await fileUsage(actor)).toMatchObject({ used: 0 })
      expect(await objectsOf(actor)).toEqual({})
      expect(await actionsOn(actor, file.id)).toEqual(['file.upload-started', 'file.discarded'])
      expect(await eventsOn(actor, file.id)).toEqual(['file.purged'])
    },
  )

  test('the trash is emptied two hundred at a time, with an entry and an event for each, and nothing else goes', async () => {
    const { actor } = await aTenant()
    const kept = await anUpload(actor)
    for (let count = 0; count < 205; count += 1) {
      const { file } = await startUpload(actor, photo(10))
      await setBack(file.id, actor, { trashed: true, trashedAt: new Date() })
    }
    expect(await fileUsage(actor)).toMatchObject({ used: 2_114, trash: { files: 205, bytes: 2_050 } })
    expect(await emptyTrash(actor)).toEqual({ files: 200, bytes: 2_000, left: 5 })
    expect(await emptyTrash(actor)).toEqual({ files: 5, bytes: 50, left: 0 })
    expect(await emptyTrash(actor)).toEqual({ files: 0, bytes: 0, left: 0 })
    expect(await fileUsage(actor)).toMatchObject({ used: 64, trash: { files: 0, bytes: 0 } })
    expect(await getFile(actor, kept.id)).toMatchObject({ state: 'processing' })
    const of = { tenantId: actor.tenantId }
    expect(await AuditEntryModel.countDocuments({ ...of, action: 'file.purged' })).toBe(205)
    expect(await EventModel.countDocuments({ ...of, type: 'file.purged' })).toBe(205)
    await sweepFiles()
    expect(Object.keys(await objectsOf(actor))).toEqual([`${actor.tenantId}/${kept.id}/upload`])
  })
})

describe('listing files', () => {
  test('a cursor that is none is refused', async () => {
    const { actor } = await aTenant()
    await expect(listFiles(actor, { ...query, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('pages follow each other, newest first, without gap or overlap', async () => {
    const { actor } = await aTenant()
    for (const name of ['1', '2', '3', '4', '5']) await startUpload(actor, { ...photo(1), name })
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await listFiles(actor, { ...query, limit: 2, ...(cursor && { cursor }) })
      names.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(names).toEqual(['5', '4', '3', '2', '1'])
  })

  test('a search finds the text itself, whatever its signs and case', async () => {
    const { actor } = await aTenant()
    for (const name of ['Plan (final).jpg', 'Plan final.jpg', 'a.*b.jpg', 'axxb.jpg']) {
      await startUpload(actor, { ...photo(1), name })
    }
    const found = async (search: string) =>
      (await listFiles(actor, { ...query, search })).items.map(({ name }) => name)
    expect(await found('plan (FINAL)')).toEqual(['Plan (final).jpg'])
    expect(await found('a.*b')).toEqual(['a.*b.jpg'])
  })
})

describe('sweeping', () => {
  test('an upload whose form has run out and whose bytes never came gives its room back within minutes', async () => {
    const { actor } = await aTenant()
    const { file, post } = await startUpload(actor, photo(100))
    const expiresAt = Date.parse(post.expiresAt)
    await sweepFiles(new Date(expiresAt))
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'uploading' })
    await sweepFiles(new Date(expiresAt + 2 * minute))
    expect(await fileUsage(actor)).toMatchObject({ used: 0 })
    await expect(getFile(actor, file.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await actionsOn(actor, file.id)).toEqual(['file.upload-started', 'file.discarded'])
    expect(await eventsOn(actor, file.id)).toEqual(['file.purged'])
  })

  test('a large upload is given the time that a slow line takes', async () => {
    const { actor } = await aTenant()
    const { file, post } = await startUpload(actor, photo(20 * MB))
    const expiresAt = Date.parse(post.expiresAt)
    await sweepFiles(new Date(expiresAt + 3 * minute))
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'uploading' })
    await sweepFiles(new Date(expiresAt + 4 * minute))
    await expect(getFile(actor, file.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('an upload whose bytes came and that nobody confirmed is processed', async () => {
    const { actor } = await aTenant()
    const { file, post } = await aSentUpload(actor)
    await sweepFiles(new Date(Date.parse(post.expiresAt) + 2 * minute))
    expect(await getFile(actor, file.id)).toMatchObject({ state: 'processing' })
    expect(await fileUsage(actor)).toMatchObject({ used: 64 })
  })

  test('one that was gone on with is left alone until its new form has run out', async () => {
    const { actor } = await aTenant()
    const { file, post } = await startUpload(actor, photo(100))
    await new Promise((resolve) => setTimeout(resolve, 5))
    const check = { _id: file.id, tenantId: actor.tenantId }
    await ObjectCheckModel.updateOne(check, { dueAt: new Date(), writableUntil: new Date() })
    const again = await resumeUpload(actor, file.id)
    expect(Date.parse(again.post.expiresAt)).toBeGreaterThan(Date.parse(post.expiresAt))
    const { dueAt } = (await ObjectCheckModel.findOne(check).lean()) ?? expect.unreachable()
    expect(dueAt.getTime()).toBeGreaterThan(Date.parse(again.post.expiresAt))
    expect((await send(again, new Uint8Array(100))).status).toBe(204)
    expect(await completeUpload(actor, file.id)).toMatchObject({ state: 'processing' })
    await expect(resumeUpload(actor, file.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await actionsOn(actor, file.id)).toEqual([
      'file.upload-started',
      'file.upload-resumed',
      'file.uploaded',
    ])
  })

  test('what a worker writes for a file that is gone by then is looked for, though its form ran out long ago', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    const check = { _id: file.id, tenantId: actor.tenantId }
    await ObjectCheckModel.deleteOne(check)
    await discardFile(actor, file.id)
    const { dueAt, writableUntil } = (await ObjectCheckModel.findOne(check).lean()) ?? expect.unreachable()
    expect(dueAt.getTime()).toBeLessThanOrEqual(Date.now())
    expect(writableUntil.getTime()).toBeGreaterThan(dueAt.getTime())
  })

  test('what the form of a file brings after that is gone is removed once the form has run out', async () => {
    const { actor } = await aTenant()
    const ticket = await aSentUpload(actor)
    await discardFile(actor, ticket.file.id)
    expect(await objectsOf(actor)).toEqual({})
    expect((await send(ticket, new Uint8Array(64))).status).toBe(204)
    await sweepFiles()
    await sweepFiles(new Date(Date.parse(ticket.post.expiresAt) + 2 * minute))
    expect(await objectsOf(actor)).toEqual({})
    expect(await ObjectCheckModel.countDocuments({ tenantId: actor.tenantId })).toBe(0)
  })

  test('thirty days in the trash end with bytes and room gone, and an entry in the log', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    await trashFile(actor, file.id)
    const trashedAt = Date.now()
    await sweepFiles(new Date(trashedAt + 30 * day - 60_000))
    expect(await objectsOf(actor)).toEqual({ [`${actor.tenantId}/${file.id}/upload`]: 64 })
    await sweepFiles(new Date(trashedAt + 30 * day + 60_000))
    expect(await objectsOf(actor)).toEqual({})
    expect(await fileUsage(actor)).toMatchObject({ used: 0 })
    expect((await actionsOn(actor, file.id)).at(-1)).toBe('file.purged')
  })

  test('a file whose job was lost is queued again, one whose job waits is not queued twice', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    await queueOf('files').obliterate({ force: true })
    await sweepFiles(new Date(Date.now() + 180_000))
    await sweepFiles(new Date(Date.now() + 180_000))
    const jobs = await queueOf('files').getJobs(['waiting', 'delayed', 'prioritized'])
    const ours = jobs.filter(({ data }) => data.fileId === file.id)
    expect(ours.map(({ name, data }) => ({ name, data }))).toEqual([
      {
        name: fileJobs.makeVariants.name,
        data: { tenantId: actor.tenantId, fileId: file.id, run: 1 },
      },
    ])
  })

  test('a file that an older release made ready is counted as what lies there, whatever the plan', async () => {
    const { actor } = await aTenant()
    const file = await anUpload(actor)
    const prefix = `${actor.tenantId}/${file.id}`
    await objectStore().deleteOne(`${prefix}/upload`)
    await objectStore().put(`${prefix}/original`, Buffer.alloc(900), 'image/jpeg')
    await objectStore().put(`${prefix}/thumb.webp`, Buffer.alloc(100), 'image/webp')
    await setBack(file.id, actor, { state: 'ready', claimed: null })
    await QuotaModel.updateOne({ tenantId: actor.tenantId, key: 'storage-bytes' }, { used: 25 * MB })
    await sweepFiles()
    await sweepFiles()
    expect(await getFile(actor, file.id)).toMatchObject({ bytes: 64, storedBytes: 1_000 })
    expect(await fileUsage(actor)).toMatchObject({ used: 25 * MB + 936 })
  })
})
