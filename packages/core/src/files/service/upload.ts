import {
  events,
  type File,
  hints,
  mayMend,
  type NewFile,
  Refusal,
  type UploadTicket,
} from '@insula/contracts'
import { afterCommit, type FileDoc, FileModel, newId, transaction } from '@insula/db'
import type { ObjectStore } from '@insula/providers/object-store'
import { objectStore } from '@insula/providers/s3'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { claim, entitlementsOf } from '../../kernel/claims.ts'
import { emit } from '../../kernel/emit.ts'
import { hint } from '../../kernel/hint.ts'
import { record } from '../../kernel/record.ts'
import { fail } from '../fail.ts'
import { keys } from '../keys.ts'
import { admit } from '../line.ts'
import { presentFile } from '../present.ts'
import { checkAfterForm } from '../room.ts'
import { ownFile } from './read.ts'

/** Reserves room for an upload and says where to send the bytes. What they are, the bytes tell once they are here. */
export async function startUpload(actor: Actor, input: z.output<typeof NewFile>): Promise<UploadTicket> {
  const { 'max-file-bytes': limit } = await entitlementsOf(actor)
  if (input.bytes > limit) {
    throw new Refusal('too_large', 'The file is larger than your plan takes.', {
      field: 'bytes',
      limit: { key: 'max-file-bytes', used: 0, limit, requested: input.bytes },
    })
  }
  const _id = newId('file')
  const post = await objectStore().presignUpload(keys.upload({ _id, tenantId: actor.tenantId }), input)
  const file = await transaction(async () => {
    await claim(actor, 'storage-bytes', input.bytes)
    const created = await FileModel.create({
      _id,
      tenantId: actor.tenantId,
      name: input.name,
      bytes: input.bytes,
      claimed: input.bytes,
      contentType: input.contentType?.toLowerCase() || 'application/octet-stream',
      uploadedBy: { id: actor.id ?? '', name: actor.name },
      stateAt: new Date(),
    })
    await checkAfterForm(created, post.expiresAt)
    await record(actor, 'file.upload-started', target(created), { after: { bytes: input.bytes } })
    hint(actor.tenantId, hints.fileStarted, { fileId: _id })
    return created.toObject()
  })
  return { file: presentFile(file), post: presentForm(post) }
}

/** Another form for an upload that broke off before its bytes were confirmed. The room is still reserved. */
export async function resumeUpload(actor: Actor, fileId: string): Promise<UploadTicket> {
  const file = await ownFile(actor, fileId)
  const arrived = () => new Refusal('conflict', 'The bytes of this file have arrived.')
  if (file.state !== 'uploading') throw arrived()
  const post = await objectStore().presignUpload(keys.upload(file), file)
  await transaction(async () => {
    const touched = await FileModel.updateOne(
      { _id: file._id, tenantId: file.tenantId, state: 'uploading' },
      { $set: { stateAt: new Date() } },
    )
    if (touched.matchedCount === 0) throw arrived()
    await checkAfterForm(file, post.expiresAt)
    await record(actor, 'file.upload-resumed', target(file))
  })
  return { file: presentFile(file), post: presentForm(post) }
}

const presentForm = (post: Awaited<ReturnType<ObjectStore['presignUpload']>>) => ({
  url: post.url,
  fields: post.fields,
  expiresAt: post.expiresAt.toISOString(),
})

/** Confirms that the bytes have arrived and hands them to the worker. Calling it again changes nothing. */
export async function completeUpload(actor: Actor, fileId: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  if (file.state !== 'uploading') return presentFile(file)
  const head = await objectStore().head(keys.upload(file))
  if (!head) {
    throw new Refusal('conflict', 'The bytes have not arrived. Send them to the upload’s address first.')
  }
  if (head.bytes !== file.bytes) await fail(actor, file, 'size-mismatch')
  else await startProcessing(actor, file, head.etag, 'file.uploaded')
  return getAgain(actor, fileId)
}

/** Hands the same bytes to the worker again, after a failure that this may mend. */
export async function retryFile(actor: Actor, fileId: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  if (file.state === 'processing') return presentFile(file)
  if (file.state !== 'failed') throw new Refusal('conflict', 'Only a file that failed can be tried again.')
  if (file.failure && !mayMend(file.failure)) {
    throw new Refusal(
      'conflict',
      `${file.failure.message} Trying again does not change that: discard this file and choose another.`,
    )
  }
  const head = await objectStore().head(keys.upload(file))
  if (!head) throw new Refusal('gone', 'The bytes are no longer there. Upload the file again.')
  if (head.bytes !== file.bytes) await fail(actor, file, 'size-mismatch')
  else await startProcessing(actor, file, head.etag, 'file.retried')
  return getAgain(actor, fileId)
}

/** One of two callers who come at once moves the file on; the other finds it moved. */
export async function startProcessing(
  actor: Actor,
  file: FileDoc,
  etag: string,
  action: 'file.uploaded' | 'file.retried',
): Promise<void> {
  await transaction(async () => {
    const moved = await FileModel.findOneAndUpdate(
      { _id: file._id, tenantId: file.tenantId, state: file.state, run: file.run },
      {
        $set: { state: 'processing', stateAt: new Date(), etag, failure: null, attempts: 0 },
        $inc: { run: 1 },
      },
      { returnDocument: 'after' },
    ).lean()
    if (!moved) return
    await record(actor, action, target(file), {
      before: { state: file.state },
      after: { state: 'processing' },
    })
    const event = action === 'file.uploaded' ? events.fileUploaded : events.fileChanged
    await emit(actor, event, { fileId: file._id })
    // When Redis does not take it, the sweep finds the file standing still.
    afterCommit(() => admit(file.tenantId))
  })
}

const getAgain = async (actor: Actor, fileId: string) => presentFile(await ownFile(actor, fileId))

export const target = (file: Pick<FileDoc, '_id' | 'name'>) => ({
  kind: 'file',
  id: file._id,
  name: file.name,
})
