import { events, type FileFailureCode, failureMessage, mayMend } from '@insula/contracts'
import { type FileDoc, FileModel, transaction } from '@insula/db'
import type { Actor } from '../kernel/actor.ts'
import { emit } from '../kernel/emit.ts'
import { record } from '../kernel/record.ts'

/**
 * Ends this run of a file with the reason, for all to see. Changes nothing when the file has moved on since it was
 * read, so that a late failure cannot undo a later success. Returns whether it did.
 */
export async function fail(
  actor: Actor,
  file: FileDoc,
  code: FileFailureCode,
  found?: string,
): Promise<boolean> {
  return transaction(async () => {
    const failed = await FileModel.updateOne(
      { _id: file._id, tenantId: file.tenantId, state: file.state, run: file.run },
      {
        $set: {
          state: 'failed',
          stateAt: new Date(),
          failure: {
            code,
            message: failureMessage(code, found),
            retryable: mayMend({ code, retryable: false }),
          },
        },
      },
    )
    if (failed.modifiedCount === 0) return false
    const target = { kind: 'file', id: file._id, name: file.name }
    await record(actor, 'file.failed', target, {
      before: { state: file.state },
      after: { state: 'failed', code },
    })
    await emit(actor, events.fileFailed, { fileId: file._id, code })
    return true
  })
}
