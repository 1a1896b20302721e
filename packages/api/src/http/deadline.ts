import { withDeadline } from '@insula/core/kernel/deadline'
import { requestIdHeader } from '@insula/core/kernel/origin'
import type { MiddlewareHandler } from 'hono'
import { apiEnv } from '../env.ts'

/** The procedure speaks first, since it alone knows whether what it did may have been done. */
const behindMs = 500

/**
 * Tells 503 when the time for a request is over, whatever hangs. A procedure has a deadline of its own, which may be the
 * longer one (see `inTime` in trpc.ts); the door then only stands behind it.
 */
export function answerInTime(): MiddlewareHandler {
  const { REQUEST_TIMEOUT_MS, BILLING_TIMEOUT_MS } = apiEnv()
  const longest = Math.max(REQUEST_TIMEOUT_MS, BILLING_TIMEOUT_MS)
  return (c, next) => {
    const callsProcedures = /^\/api\/(trpc|v1)\//.test(c.req.path)
    const requestId = c.req.header(requestIdHeader) ?? 'none'
    const ms = callsProcedures ? longest + behindMs : REQUEST_TIMEOUT_MS
    return withDeadline({ ms, requestId }, next)
  }
}
