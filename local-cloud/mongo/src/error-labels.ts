import type { Call } from './command.ts'

/** Codes after which the same command may simply be sent again (RetriableError in MongoDB's error_codes.yml). */
const retriable = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436])
/** Codes after which a transaction may go well from its beginning, even when they come from its commit. */
const transient = new Set([24, 112, 246, 251, 267])

/** Codes after which a change stream can be resumed (ResumableChangeStreamError in the same file). */
const resumable = new Set([
  ...[6, 7, 63, 89, 91, 133, 150, 189, 234, 262],
  ...[9001, 10107, 11600, 11602, 13388, 13435, 13436],
])

/** The labels by which drivers decide whether to try a command again, its transaction, or neither. */
export function errorLabelsOf(call: Call, code: number | undefined, writeConcernCode?: number): string[] {
  if (code === 280 || code === 286) return ['NonResumableChangeStreamError']
  if (call.changeStream && code !== undefined && resumable.has(code)) return ['ResumableChangeStreamError']
  if (!call.body.has('txnNumber')) return []
  const inTransaction = call.body.has('autocommit')
  const ending = call.name === 'commitTransaction' || call.name === 'abortTransaction'
  const labels: string[] = []
  const again = (one: number | undefined) => one !== undefined && retriable.has(one)
  if (inTransaction && code !== undefined) {
    if (transient.has(code) || (!ending && again(code))) labels.push('TransientTransactionError')
  }
  if ((!inTransaction || ending) && (again(code) || again(writeConcernCode))) {
    labels.push('RetryableWriteError')
  }
  return labels
}
