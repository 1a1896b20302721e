import { Away, OutcomeUnknown } from '@insula/contracts/deadline'

/** What the drivers throw when the other side is away or silent; what is wrong with the call has other names. */
const names = new Set([
  'AbortError',
  'ClusterAllFailedError',
  'ConnectionPoolClearedError',
  'MaxRetriesPerRequestError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
  'PoolClearedError',
  'PoolClearedOnNetworkError',
  'TimeoutError',
  'WaitQueueTimeoutError',
])

const networkCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/**
 * MongoDB's codes for a node that steps down, shuts down or is asked too late; the last two are maxTimeMS and a commit that
 * waited too long for its majority.
 */
const mongoCodes = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 50, 64])

// ioredis and mongoose say these in words alone.
const words =
  /^(Command timed out|Connection is closed|Redis does not answer|Stream isn't writeable)|before initial connection is complete|buffering timed out/

/** Whether the error says that something we stand on is away, rather than that something is wrong. */
export function isAway(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown }
    if (at instanceof Away || names.has(at.name) || words.test(at.message)) return true
    if (typeof code === 'string' && networkCodes.has(code)) return true
    if (typeof code === 'number' && at.name.startsWith('Mongo') && mongoCodes.has(code)) return true
  }
  return false
}

/** Whether what was asked for may have been done although nothing came back. */
export function outcomeUnknown(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    if (at instanceof OutcomeUnknown) return true
  }
  return false
}
