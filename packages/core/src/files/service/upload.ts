import {
  type File,
  fileMachine,
  mayMend,
  type NewFile,
  Refusal,
  requirePossible,
  stepOf,
  type UploadTicket,
} from '@insula/contracts'
import { afterCommit, type FileDoc, newId, transaction } from '@insula/db'
import type { ObjectStore } from '@insula/providers/object-store'
import { objectStore } from '@insula/providers/s3'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { claim, entitlementsOf } from '../../kernel/claims.ts'
import { make, move, moveIfItCan } from '../../kernel/move.ts'
import { fail } from '../fail.ts'
import { keys } from '../keys.ts'
import { ofBytes } from '../kinds.ts'
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
    const fields = {
      _id,
      name: input.name,
      bytes: input.bytes,
      claimed: input.bytes,
      contentType: input.contentType?.toLowerCase() || 'application/octet-stream',
      uploadedBy: { id: actor.id ?? '', name: actor.name },
      stateAt: new Date(),
    }
    const made = await make(actor, ofBytes, 'start', fields, {
      change: () => ({ after: { bytes: input.bytes } }),
    })
    await checkAfterForm(made, post.expiresAt)
    return made
  })
  return { file: presentFile(file), post: presentForm(post) }
}

/** Another form for an upload that broke off before its bytes were confirmed. The room is still reserved. */
export async function resumeUpload(actor: Actor, fileId: string): Promise<UploadTicket> {
  const file = await ownFile(actor, fileId)
  requirePossible(fileMachine, 'resume', file.state)
  const post = await objectStore().presignUpload(keys.upload(file), file)
  await transaction(async () => {
    await move(actor, ofBytes, 'resume', file._id, { set: { stateAt: new Date() } })
    await checkAfterForm(file, post.expiresAt)
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
  if (stepOf(fileMachine, 'complete').doneIn?.includes(file.state)) return presentFile(file)
  requirePossible(fileMachine, 'complete', file.state)
  const head = await objectStore().head(keys.upload(file))
  if (!head) {
    throw new Refusal('conflict', 'The bytes have not arrived. Send them to the upload’s address first.')
  }
  if (head.bytes !== file.bytes) await fail(actor, file, 'size-mismatch')
  else await startProcessing(actor, file, head.etag, 'complete')
  return getAgain(actor, fileId)
}

/** Hands the same bytes to the worker again, after a failure that this may mend. */
export async function retryFile(actor: Actor, fileId: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  if (stepOf(fileMachine, 'retry').doneIn?.includes(file.state)) return presentFile(file)
  requirePossible(fileMachine, 'retry', file.state)
  if (file.failure && !mayMend(file.failure)) {
    throw new Refusal(
      'conflict',
      `${file.failure.message} Trying again does not change that: discard this file and choose another.`,
    )
  }
  const head = await objectStore().head(keys.upload(file))
  if (!head) throw new Refusal('gone', 'The bytes are no longer there. Upload the file again.')
  if (head.bytes !== file.bytes) await fail(actor, file, 'size-mismatch')
  else await startProcessing(actor, file, head.etag, 'retry')
  return getAgain(actor, fileId)
}

/** One of two callers who come at once moves the file on; the other finds it moved. */
export async function startProcessing(
  actor: Actor,
  file: FileDoc,
  etag: string,
  act: 'complete' | 'retry',
): Promise<void> {
  await transaction(async () => {
    const moved = await moveIfItCan(actor, ofBytes, act, file._id, {
      still: { run: file.run },
      set: { stateAt: new Date(), etag, failure: null, attempts: 0 },
      update: { $inc: { run: 1 } },
      change: () => ({ before: { state: file.state }, after: { state: 'processing' } }),
    })
    // When Redis does not take it, the sweep finds the file standing still.
    if (moved) afterCommit(() => admit(file.tenantId))
  })
}

const getAgain = async (actor: Actor, fileId: string) => presentFile(await ownFile(actor, fileId))
