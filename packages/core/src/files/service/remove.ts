import { type EmptiedTrash, stepOf, trashMachine } from '@insula/contracts'
import { timeLeftMs } from '@insula/contracts/deadline'
import { afterCommit, type FileDoc, FileModel, transaction } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'
import { objectStore } from '@insula/providers/s3'
import type { Actor } from '../../kernel/actor.ts'
import { release } from '../../kernel/claims.ts'
import { leave, move, moveIfItCan } from '../../kernel/move.ts'
import { keys } from '../keys.ts'
import { ofBytes, ofPlace } from '../kinds.ts'
import { checkWhatIsLeft, roomOf } from '../room.ts'

/**
 * Does away with a file that is not ready, bytes and room and all: an upload that was cancelled or broke off, or one that
 * failed. A ready file goes through the trash instead.
 */
export async function discardFile(actor: Actor, fileId: string): Promise<void> {
  await remove(actor, fileId, 'discard', move)
}

/** Does away with a file in the trash, for good. */
export async function purgeFile(actor: Actor, fileId: string): Promise<void> {
  await remove(actor, fileId, 'purge', move)
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
    // Fifty in one update rather than one by one, and so not by `move`; what each leaves is the table's. Each one's room was read in this transaction: what changes it meanwhile makes a write conflict.
    const ids = files.map(({ _id }) => _id)
    await FileModel.deleteMany({ ...trashed, _id: { $in: ids } })
    await release(actor.tenantId, 'storage-bytes', bytes)
    for (const file of files) {
      await checkWhatIsLeft(file)
      await leave(actor, stepOf(trashMachine, 'purge'), {
        target: ofPlace.target(file),
        payload: ofPlace.payload(file),
        change: { before: { state: file.state, bytes: roomOf(file) } },
      })
    }
    afterCommit(() => enqueue(fileJobs.sweep, {}))
    return { files: files.length, bytes }
  })
}

/** For the sweep: the same where the file still is as `still` says. Returns whether it was. */
export const removeIfItCan = (
  actor: Actor,
  fileId: string,
  act: 'discard' | 'purge',
  still?: object,
): Promise<boolean> => remove(actor, fileId, act, moveIfItCan, still)

/**
 * Removes the file: its row, its room, and then its objects. If this stops before the objects are gone, the row that was
 * written with the removal makes the sweep go on.
 */
async function remove(
  actor: Actor,
  fileId: string,
  act: 'discard' | 'purge',
  by: typeof move,
  still: object = {},
): Promise<boolean> {
  const removed = await transaction(async () => {
    const change = (was: FileDoc) => ({ before: { state: was.state, bytes: roomOf(was) } })
    const gone =
      act === 'purge'
        ? await by(actor, ofPlace, act, fileId, { still, change })
        : await by(actor, ofBytes, act, fileId, { still, change })
    if (!gone) return null
    // As it is now: its room may have been settled since it was read.
    await release(actor.tenantId, 'storage-bytes', roomOf(gone.was))
    await checkWhatIsLeft(gone.was)
    return gone.was
  })
  if (!removed) return false
  await objectStore()
    .deleteAll(keys.all(removed))
    .catch(() => {})
  return true
}
