import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FileFailureCode,
  type ImageType,
  Refusal,
  type VariantName,
  variantNames,
} from '@insula/contracts'
import { type FileDoc, FileModel, transaction } from '@insula/db'
import type { JobRun } from '@insula/jobs'
import type { fileJobs } from '@insula/jobs/files'
import { ObjectChanged } from '@insula/providers/object-store'
import { objectStore } from '@insula/providers/s3'
import type { z } from 'zod'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { moveIfItCan } from '../../kernel/move.ts'
import { fail } from '../fail.ts'
import { keys } from '../keys.ts'
import { ofBytes } from '../kinds.ts'
import { admit } from '../line.ts'
import { hold } from '../room.ts'
import { ownFile } from './read.ts'

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
  jobRun: JobRun,
  makeImage: ImageMaker,
): Promise<void> {
  const actor = systemActor(payload.tenantId, jobRun.jobId)
  const file = await FileModel.findOneAndUpdate(
    { _id: payload.fileId, tenantId: payload.tenantId, state: 'processing', run: payload.run },
    { $inc: { attempts: 1 } },
    { returnDocument: 'after' },
  ).lean()
  if (!file) {
    await clearIfGone({ _id: payload.fileId, tenantId: payload.tenantId })
    // Refuses a file that is not this tenant's; an earlier run of one that is has nothing left to do.
    await ownFile(actor, payload.fileId)
    return
  }
  let over = jobRun.lastAttempt
  try {
    await attempt(actor, file, jobRun, makeImage)
    over = true
  } finally {
    // Another of the tenant's files may come into the line. The sweep lets it in, should this fail.
    if (over) await admit(payload.tenantId).catch(() => {})
  }
}

async function attempt(actor: Actor, file: FileDoc, jobRun: JobRun, makeImage: ImageMaker): Promise<void> {
  if (file.attempts > mostAttempts) return giveUp(actor, file)
  const folder = await mkdtemp(join(tmpdir(), 'insula-image-'))
  try {
    const upload = join(folder, 'upload')
    // By its tag: the form that brought these bytes may still be used to bring others.
    await objectStore().download(keys.upload(file), file.etag ?? '', upload, jobRun.signal)
    const outcome = await makeImage(upload, folder, jobRun.signal)
    if ('problem' in outcome) await fail(actor, file, outcome.problem, outcome.found)
    else await store(actor, file, folder, outcome.made)
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof ObjectChanged) {
      await fail(actor, file, 'changed')
      return
    }
    // The job fails as well: what gives up on our side is for the operator to see too.
    if (jobRun.lastAttempt) await giveUp(actor, file)
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Made = Extract<ImageOutcome, { made: unknown }>['made']

const storedBytes = ({ originalBytes, variants }: Made) =>
  variants.reduce((sum, { bytes }) => sum + bytes, originalBytes)

/** Puts what was made into S3 and makes the file ready. Room is taken before: nothing lies there that is not counted. */
async function store(actor: Actor, file: FileDoc, folder: string, made: Made): Promise<void> {
  const room = Math.max(file.bytes, storedBytes(made))
  const held = await whileProcessed(file, (now) => hold(now, room)).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'limit_reached') return 'over-quota' as const
    throw error
  })
  if (held === 'over-quota') {
    await fail(actor, file, 'over-quota')
    return
  }
  const put = async (name: string, key: string, contentType: string) =>
    objectStore().put(key, await readFile(join(folder, name)), contentType)
  if (held) {
    const own = { ...file, madeIn: file.run }
    // What an earlier run had no time to remove would lie there for ever, and be counted nowhere.
    for (let run = 1; run < file.run; run += 1) await objectStore().deleteAll(keys.run(file, run))
    const puts = await Promise.allSettled([
      put('original', keys.original(own), made.contentType),
      ...variantNames.map((name) => put(`${name}.webp`, keys.variant(own, name), 'image/webp')),
    ])
    // Only when none is under way any more, since what gives up then removes what came.
    for (const outcome of puts) if (outcome.status === 'rejected') throw outcome.reason
    if (await finish(actor, file, made)) return removeUpload(file)
  }
  // Removed while its images were being made: nothing refers to them any more.
  await clearIfGone(file)
}

const finish = (actor: Actor, file: FileDoc, made: Made): Promise<boolean> =>
  transaction(async () => {
    const { originalBytes, ...image } = made
    const moved = await moveIfItCan(actor, ofBytes, 'finish', file._id, {
      still: { run: file.run },
      set: { ...image, madeIn: file.run, stateAt: new Date(), failure: null },
      change: () => ({
        before: { state: 'processing', bytes: file.bytes },
        after: { state: 'ready', width: made.width, height: made.height, bytes: storedBytes(made) },
      }),
    })
    if (!moved) return false
    await hold(moved.was, storedBytes(made))
    return true
  })

/** Changes the file in one transaction, if it is still in this run. Returns whether it was. */
const whileProcessed = (file: FileDoc, change: (now: FileDoc) => Promise<void>): Promise<boolean> =>
  transaction(async () => {
    const now = await FileModel.findOne({
      _id: file._id,
      tenantId: file.tenantId,
      state: 'processing',
      run: file.run,
    }).lean()
    if (now) await change(now)
    return now !== null
  })

/** Some of what this run made may lie in S3 already. It goes first, then its room comes back. */
async function giveUp(actor: Actor, file: FileDoc): Promise<void> {
  if (!(await fail(actor, file, 'gave-up'))) return
  await objectStore().deleteAll(keys.run(file, file.run))
  await transaction(async () => {
    const still = { _id: file._id, tenantId: file.tenantId, state: 'failed' as const, run: file.run }
    const failed = await FileModel.findOne(still).lean()
    if (failed) await hold(failed, failed.bytes)
  })
}

async function clearIfGone(file: Pick<FileDoc, '_id' | 'tenantId'>): Promise<void> {
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
