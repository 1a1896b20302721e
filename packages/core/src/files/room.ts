import { type FileDoc, FileModel, ObjectCheckModel } from '@insula/db'
import { claim, release } from '../kernel/claims.ts'

/** Bytes of the plan's storage that the file holds now. Files of older releases hold what was announced. */
export const roomOf = (file: Pick<FileDoc, 'claimed' | 'bytes'>) => file.claimed ?? file.bytes

/**
 * Makes the file hold so much room. Call it in the transaction that changes the file otherwise, with the file as read
 * there. Refuses with `limit_reached` where the plan has no room for the rest.
 */
export async function hold(file: FileDoc, bytes: number): Promise<void> {
  const more = bytes - roomOf(file)
  if (more > 0) await claim(file, 'storage-bytes', more)
  if (more < 0) await release(file.tenantId, 'storage-bytes', -more)
  await FileModel.updateOne({ _id: file._id, tenantId: file.tenantId }, { $set: { claimed: bytes } })
}

/** As slow as a line may be before we take it that nobody is sending any more: a megabyte in eight seconds. */
const slowestBytesPerMs = 128
const minute = 60_000

/** Has the file's objects looked at once its form has run out and what was begun with it must have ended. */
export async function checkAfterForm(
  file: Pick<FileDoc, '_id' | 'tenantId' | 'bytes'>,
  formExpiresAt: Date,
): Promise<void> {
  const at = new Date(formExpiresAt.getTime() + minute + file.bytes / slowestBytesPerMs)
  await ObjectCheckModel.updateOne(
    { _id: file._id, tenantId: file.tenantId },
    { $set: { dueAt: at, writableUntil: at } },
    { upsert: true },
  )
}

/** Has the objects of a file that is gone removed now, and once more when nobody can be writing any. */
export async function checkWhatIsLeft(file: Pick<FileDoc, '_id' | 'tenantId'>): Promise<void> {
  const now = new Date()
  await ObjectCheckModel.updateOne(
    { _id: file._id, tenantId: file.tenantId },
    { $set: { dueAt: now }, $max: { writableUntil: new Date(now.getTime() + 2 * minute) } },
    { upsert: true },
  )
}
