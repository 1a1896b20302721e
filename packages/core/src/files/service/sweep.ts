import type { FileState } from '@insula/contracts'
import { acrossTenants, type FileDoc, FileModel, transaction } from '@insula/db'
import { enqueue, fileJobs } from '@insula/jobs'
import { objectStore } from '@insula/providers/s3'
import { systemActor } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { release } from '../../billing/quota.ts'
import { keys } from '../keys.ts'
import { target } from './upload.ts'
import { removeUpload } from './variants.ts'

const minute = 60_000
const day = 24 * 60 * minute
const stillAfterMs = 2 * minute
const abandonedAfterMs = day
const purgedAfterMs = 30 * day
const sweptAtOnce = 200

/** Files changed by one sweep, by what became of them. */
export interface Swept {
  requeued: number
  stripped: number
  abandoned: number
  purged: number
}

/**
 * Queues again what stands still because its job was lost, removes what was sent where that was cut short, gives back the
 * room of uploads whose bytes never came within a day, and clears what has been in the trash for thirty.
 */
export async function sweepFiles(now = new Date()): Promise<Swept> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const inState = (state: FileState, ms: number) =>
    find({ uploadKept: true, state, stateAt: { $lt: before(ms) } }, { stateAt: 1 })
  const still = await inState('processing', stillAfterMs)
  const kept = await inState('ready', stillAfterMs)
  const abandoned = await inState('uploading', abandonedAfterMs)
  const trashed = await find({ trashed: true, trashedAt: { $lt: before(purgedAfterMs) } }, { trashedAt: 1 })
  const failures: unknown[] = []
  // One that cannot be cleared must not keep the others.
  const each = async (files: FileDoc[], act: (file: FileDoc) => Promise<boolean>) => {
    let acted = 0
    for (const file of files) {
      try {
        if (await act(file)) acted += 1
      } catch (error) {
        failures.push(error)
      }
    }
    return acted
  }
  const swept = {
    requeued: await each(still, requeue),
    stripped: await each(kept, async (file) => {
      await removeUpload(file)
      return true
    }),
    abandoned: await each(abandoned, (file) => purge(file, { state: 'uploading' })),
    purged: await each(trashed, (file) => purge(file, { trashed: true })),
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} files could not be swept`)
  return swept
}

const find = (filter: Record<string, unknown>, sort: Record<string, 1>): Promise<FileDoc[]> =>
  acrossTenants(FileModel.find(filter).sort(sort).limit(sweptAtOnce), 'the sweep serves every tenant')
    .lean()
    .exec()

/** A file whose job only waits keeps that job, since an equal one is not added. */
async function requeue({ _id, tenantId, run }: FileDoc): Promise<boolean> {
  await enqueue(fileJobs.makeVariants, { tenantId, fileId: _id, run })
  return true
}

/** Objects first: if this stops half-way, the document is still there for the next sweep to begin again. */
async function purge(file: FileDoc, still: { state: 'uploading' } | { trashed: true }): Promise<boolean> {
  await objectStore().deleteAll(keys.all(file))
  return transaction(async () => {
    const deleted = await FileModel.deleteOne({ _id: file._id, tenantId: file.tenantId, ...still })
    if (deleted.deletedCount === 0) return false
    await release(file.tenantId, 'storage-bytes', file.bytes)
    await record(systemActor(file.tenantId, 'files.sweep'), 'file.purged', target(file), {
      before: { state: file.state, bytes: file.bytes },
    })
    return true
  })
}
