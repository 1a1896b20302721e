import type { FileState } from '@insula/contracts'
import {
  acrossTenants,
  type FileDoc,
  FileModel,
  type ObjectCheckDoc,
  ObjectCheckModel,
  transaction,
} from '@insula/db'
import { objectStore } from '@insula/providers/s3'
import { systemActor } from '../../kernel/actor.ts'
import { adjust } from '../../kernel/claims.ts'
import { keys } from '../keys.ts'
import { admit } from '../line.ts'
import { roomOf } from '../room.ts'
import { removeIfItCan } from './remove.ts'
import { startProcessing } from './upload.ts'
import { removeUpload } from './variants.ts'

const seconds = 1_000
const day = 24 * 60 * 60 * seconds
// With the schedules' own fifteen and the sweep's, a queue that was emptied is full again within a minute.
const stillAfterMs = 15 * seconds
const abandonedAfterMs = day
const purgedAfterMs = 30 * day
const sweptAtOnce = 200

/** Files changed by one sweep, by what became of them. */
export interface Swept {
  requeued: number
  stripped: number
  checked: number
  purged: number
  settled: number
}

/**
 * Queues again what stands still because its job was lost; removes what was sent where that was cut short; looks after uploads
 * whose form has run out: those whose bytes came are processed, the others give their room back; removes objects that
 * no file has; and clears what has been in the trash for thirty days.
 */
export async function sweepFiles(now = new Date()): Promise<Swept> {
  const before = (ms: number) => new Date(now.getTime() - ms)
  const inState = (state: FileState, ms: number) =>
    find({ uploadKept: true, state, stateAt: { $lt: before(ms) } }, { stateAt: 1 })
  const standing = await tenantsThatWait(before(stillAfterMs))
  const kept = await inState('ready', stillAfterMs)
  const abandoned = await inState('uploading', abandonedAfterMs)
  const trashed = await find({ trashed: true, trashedAt: { $lt: before(purgedAfterMs) } }, { trashedAt: 1 })
  const unsettled = await find({ state: 'ready', claimed: null }, { _id: 1 })
  const failures: unknown[] = []
  // One that cannot be cleared must not keep the others.
  const each = async <Thing>(things: Thing[], act: (thing: Thing) => Promise<boolean>) => {
    let acted = 0
    for (const thing of things) {
      try {
        if (await act(thing)) acted += 1
      } catch (error) {
        failures.push(error)
      }
    }
    return acted
  }
  const swept = {
    requeued: await each(standing, admit),
    stripped: await each(kept, async (file) => {
      await removeUpload(file)
      return true
    }),
    checked: (await each(abandoned, lookAfter)) + (await checkObjects(now, each)),
    purged: await each(trashed, (file) => removeIfItCan(actorFor(file), file._id, 'purge')),
    settled: await each(unsettled, settleOlder),
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} files could not be swept`)
  return swept
}

const actorFor = ({ tenantId }: { tenantId: string }) => systemActor(tenantId, 'files.sweep')

const find = (filter: Record<string, unknown>, sort: Record<string, 1>): Promise<FileDoc[]> =>
  acrossTenants(FileModel.find(filter).sort(sort).limit(sweptAtOnce), 'the sweep serves every tenant')
    .lean()
    .exec()

const tenantsThatWait = (before: Date): Promise<string[]> =>
  acrossTenants(
    FileModel.distinct('tenantId', { uploadKept: true, state: 'processing', stateAt: { $lt: before } }),
    'the sweep serves every tenant',
  ).exec()

type Each = <Thing>(things: Thing[], act: (thing: Thing) => Promise<boolean>) => Promise<number>

/** Round after round, since an emptied trash leaves many; a round that got nowhere is the last. */
async function checkObjects(now: Date, each: Each): Promise<number> {
  let checked = 0
  for (;;) {
    const due = await acrossTenants(
      ObjectCheckModel.find({ dueAt: { $lte: now } })
        .sort({ dueAt: 1 })
        .limit(sweptAtOnce),
      'the sweep serves every tenant',
    ).lean()
    const done = await each(due, (check) => checkOf(check, now))
    checked += done
    if (done === 0 || due.length < sweptAtOnce) return checked
  }
}

async function checkOf(check: ObjectCheckDoc, now: Date): Promise<boolean> {
  const of = { _id: check._id, tenantId: check.tenantId }
  const file = await FileModel.findOne(of).lean()
  if (!file) await objectStore().deleteAll(keys.all(of))
  else if (file.state === 'uploading') await lookAfter(file)
  // The form of a file that is ready could bring bytes until now.
  else if (file.state === 'ready') await removeUpload(file)
  if (!file && check.writableUntil > now) {
    await ObjectCheckModel.updateOne({ ...of, dueAt: check.dueAt }, { $set: { dueAt: check.writableUntil } })
  } else {
    await ObjectCheckModel.deleteOne({ ...of, dueAt: check.dueAt })
  }
  return true
}

/** An upload whose form has run out. Bytes that came are not lost for want of somebody who says that they did. */
async function lookAfter(file: FileDoc): Promise<boolean> {
  const head = await objectStore().head(keys.upload(file))
  if (head?.bytes === file.bytes) await startProcessing(actorFor(file), file, head.etag, 'complete')
  else await removeIfItCan(actorFor(file), file._id, 'discard', { state: 'uploading', stateAt: file.stateAt })
  return true
}

/** A file of an older release holds what was announced; what lies there is not refused, whatever the plan. */
async function settleOlder(file: FileDoc): Promise<boolean> {
  const sizes = await objectStore().sizes(keys.all(file))
  sizes.delete(keys.upload(file))
  const stored = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  return transaction(async () => {
    const settled = await FileModel.updateOne(
      { _id: file._id, tenantId: file.tenantId, state: 'ready', claimed: null },
      { $set: { claimed: stored } },
    )
    if (settled.modifiedCount === 0) return false
    await adjust(file.tenantId, 'storage-bytes', stored - roomOf(file))
    return true
  })
}
