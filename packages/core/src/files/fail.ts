import { type FileFailureCode, failureMessage, mayMend } from '@insula/contracts'
import type { FileDoc } from '@insula/db'
import type { Actor } from '../kernel/actor.ts'
import { moveIfItCan } from '../kernel/move.ts'
import { ofBytes } from './kinds.ts'

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
  const failure = {
    code,
    message: failureMessage(code, found),
    retryable: mayMend({ code, retryable: false }),
  }
  const failed = await moveIfItCan(actor, ofBytes, 'fail', file._id, {
    still: { state: file.state, run: file.run },
    set: { stateAt: new Date(), failure },
    payload: { fileId: file._id, code },
    change: () => ({ before: { state: file.state }, after: { state: 'failed', code } }),
  })
  return failed !== null
}
