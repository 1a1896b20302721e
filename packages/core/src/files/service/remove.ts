import { type AuditAction, type EmptiedTrash, events, Refusal } from '@insula/contracts'
import { timeLeftMs } from '@insula/contracts/deadline'
import { afterCommit, type FileDoc, FileModel, transaction } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'
import { objectStore } from '@insula/providers/s3'
import type { Actor } from '../../kernel/actor.ts'
import { release } from '../../kernel/claims.ts'
import { emit } from '../../kernel/emit.ts'
import { record } from '../../kernel/record.ts'
import { keys } from '../keys.ts'
import { checkWhatIsLeft, roomOf } from '../room.ts'
import { ownFile } from './read.ts'
import { target } from './upload.ts'

/**
 * Does away with a file that is not ready, bytes and room and all: an upload that was cancelled or broke off, or one that
 * failed. A ready file goes through the trash instead.
 */
export async function discardFile(actor: Actor, fileId: string): Promise<void> {
  const file = await ownFile(actor, fileId)
  const removed =
    file.state !== 'ready' && (await remove(actor, file, { state: { $ne: 'ready' } }, 'file.discarded'))
  if (!removed) {
    await ownFile(actor, fileId)
    throw new Refusal('conflict', 'The file is ready. Move it to the trash instead.')
  }
}

/** Does away with a file in the trash, for good. */
export async function purgeFile(actor: Actor, fileId: string): Promise<void> {
  const file = await ownFile(actor, fileId)
  const removed = file.trashed && (await remove(actor, file, { trashed: true }, 'file.purged'))
  if (!removed) {
    await ownFile(actor, fileId)
    throw new Refusal('conflict', 'The file is not in the trash. Move it there first.')
  }
}

const purgedAtOnce = 50
const purgedInACall = 200
/** A batch is begun only while there is this much time for it. */
const batchMs = 2_000

/**
 * Does away with what is in the trash, at most 200 files in one call and fewer when time runs short, fifty in a transaction;
 * `left` says how many are still there, so that the caller calls again until there are none.
 */
export async function emptyTrash(actor: Actor): Promise<EmptiedTrash> {
  const purged = { files: 0, bytes: 0 }
  do {
    const batch = await purgeSome(actor).catch((error: unknown) => {
      // What went before stays done, and is what the caller is told.
      if (purged.files === 0) throw error
      return { files: 0, bytes: 0 }
    })
    purged.files += batch.files
    purged.bytes += batch.bytes
    if (batch.files < purgedAtOnce) break
  } while (purged.files < purgedInACall && timeLeftMs(batchMs) === batchMs)
  const left = await FileModel.countDocuments({ tenantId: actor.tenantId, trashed: true })
  return { ...purged, left }
}

function purgeSome(actor: Actor): Promise<{ files: number; bytes: number }> {
  const trashed = { tenantId: actor.tenantId, trashed: true }
  return transaction(async () => {
    const files = await FileModel.find(trashed).sort({ _id: 1 }).limit(purgedAtOnce).lean()
    if (files.length === 0) return { files: 0, bytes: 0 }
    const bytes = files.reduce((sum, file) => sum + roomOf(file), 0)
    // Each one's room was read in this transaction: what changes it meanwhile makes a write conflict.
    const ids = files.map(({ _id }) => _id)
    await FileModel.deleteMany({ ...trashed, _id: { $in: ids } })
    await release(actor.tenantId, 'storage-bytes', bytes)
    for (const file of files) {
      await checkWhatIsLeft(file)
      await record(actor, 'file.purged', target(file), { before: { state: file.state, bytes: roomOf(file) } })
      await emit(actor, events.filePurged, { fileId: file._id })
    }
    afterCommit(() => enqueue(fileJobs.sweep, {}))
    return { files: files.length, bytes }
  })
}

/**
 * Removes the file if it still is as `still` says: its row, its room, and then its objects. If this stops before the
 * objects are gone, the row that was written with the removal makes the sweep go on. Returns whether it did.
 */
export async function remove(
  actor: Actor,
  file: FileDoc,
  still: Record<string, unknown>,
  action: Extract<AuditAction, 'file.discarded' | 'file.purged'>,
): Promise<boolean> {
  const removed = await transaction(async () => {
    // As it is now: its room may have been settled since it was read.
    const gone = await FileModel.findOneAndDelete({ _id: file._id, tenantId: file.tenantId, ...still }).lean()
    if (!gone) return false
    await release(file.tenantId, 'storage-bytes', roomOf(gone))
    await checkWhatIsLeft(file)
    await record(actor, action, target(gone), { before: { state: gone.state, bytes: roomOf(gone) } })
    await emit(actor, events.filePurged, { fileId: file._id })
    return true
  })
  if (removed) {
    await objectStore()
      .deleteAll(keys.all(file))
      .catch(() => {})
  }
  return removed
}
