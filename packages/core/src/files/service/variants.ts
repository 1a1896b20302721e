import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  events,
  type FileFailureCode,
  type ImageType,
  Refusal,
  type VariantName,
  variantNames,
} from '@insula/contracts'
import { type FileDoc, FileModel, transaction } from '@insula/db'
import type { fileJobs, JobRun } from '@insula/jobs'
import { ObjectChanged } from '@insula/providers/object-store'
import { objectStore } from '@insula/providers/s3'
import type { z } from 'zod'
import { systemActor } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { emit } from '../../events/emit.ts'
import { fail } from '../fail.ts'
import { keys } from '../keys.ts'
import { ownFile } from './read.ts'
import { target } from './upload.ts'

/** What looking at an upload's bytes came to. The images themselves lie in the folder that was given. */
export type ImageOutcome =
  | {
      made: {
        contentType: z.output<typeof ImageType>
        originalBytes: number
        width: number
        height: number
        thumbhash: string
        variants: { name: VariantName; width: number; height: number; bytes: number }[]
      }
    }
  | {
      problem: Exclude<FileFailureCode, 'gave-up' | 'changed' | 'size-mismatch' | 'over-quota'>
      /** The media type of the bytes, where it is known and is not one that is taken. */
      found?: string
    }

/**
 * Reads the image at `path` and writes into `folder` the full image without metadata as `original`, and each variant as
 * `<name>.webp`. Throws when it crashes, hangs or takes too much memory.
 */
export type ImageMaker = (path: string, folder: string, signal: AbortSignal) => Promise<ImageOutcome>

/** Attempts that may begin in one run, those of workers that were killed included. */
const mostAttempts = 6

/**
 * Checks an upload's bytes and makes its variants. Safe to run twice, and at the same time: the same bytes give the
 * same objects, and only the first to finish the file's present run changes its state.
 */
export async function makeVariants(
  payload: z.output<typeof fileJobs.makeVariants.payload>,
  run: JobRun,
  makeImage: ImageMaker,
): Promise<void> {
  const actor = systemActor(payload.tenantId, run.jobId)
  const file = await FileModel.findOneAndUpdate(
    { _id: payload.fileId, tenantId: payload.tenantId, state: 'processing', run: payload.run },
    { $inc: { attempts: 1 } },
    { returnDocument: 'after' },
  ).lean()
  if (!file) {
    // Refuses a file that is not this tenant's; an earlier run of one that is has nothing left to do.
    await ownFile(actor, payload.fileId)
    return
  }
  if (file.attempts > mostAttempts) return fail(actor, file, 'gave-up')
  const folder = await mkdtemp(join(tmpdir(), 'insula-image-'))
  try {
    const outcome = await work(file, folder, run.signal, makeImage)
    if ('problem' in outcome) await fail(actor, file, outcome.problem, outcome.found)
    else await finish(file, outcome.made, run.jobId)
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof ObjectChanged) return await fail(actor, file, 'changed')
    // The job fails as well: what gives up on our side is for the operator to see too.
    if (run.lastAttempt) await fail(actor, file, 'gave-up')
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function work(file: FileDoc, folder: string, signal: AbortSignal, makeImage: ImageMaker) {
  const upload = join(folder, 'upload')
  // By its tag: the form that brought these bytes may still be used to bring others.
  await objectStore().download(keys.upload(file), file.etag ?? '', upload, signal)
  const outcome = await makeImage(upload, folder, signal)
  if ('made' in outcome) {
    const put = async (name: string, key: string, contentType: string) =>
      objectStore().put(key, await readFile(join(folder, name)), contentType)
    await Promise.all([
      put('original', keys.original(file), outcome.made.contentType),
      ...variantNames.map((name) => put(`${name}.webp`, keys.variant(file, name), 'image/webp')),
    ])
  }
  return outcome
}

type Made = Extract<ImageOutcome, { made: unknown }>['made']

async function finish(file: FileDoc, made: Made, jobId: string): Promise<void> {
  const actor = systemActor(file.tenantId, jobId)
  const { originalBytes, ...image } = made
  const finished = await transaction(async () => {
    const ready = await FileModel.updateOne(
      { _id: file._id, tenantId: file.tenantId, state: 'processing', run: file.run },
      { $set: { ...image, state: 'ready', stateAt: new Date(), failure: null } },
    )
    if (ready.modifiedCount === 0) return false
    await record(actor, 'file.ready', target(file), {
      before: { state: 'processing' },
      after: { state: 'ready', width: made.width, height: made.height },
    })
    await emit(actor, events.fileReady, { fileId: file._id })
    return true
  })
  if (finished) return removeUpload(file)
  // Purged while its images were being made: nothing refers to them any more.
  const exists = await FileModel.exists({ _id: file._id, tenantId: file.tenantId })
  if (!exists) await objectStore().deleteAll(keys.all(file))
}

/** Does away with what was sent, position and all. The sweep repeats it where this was cut short. */
export async function removeUpload(file: FileDoc): Promise<void> {
  await objectStore().deleteOne(keys.upload(file))
  await FileModel.updateOne(
    { _id: file._id, tenantId: file.tenantId, state: 'ready' },
    { $set: { uploadKept: false } },
  )
}
