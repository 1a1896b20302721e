import { Refusal } from '@insula/contracts'
import { requestIdHeader } from '@insula/core/kernel/origin'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { Context } from 'hono'
import { apiEnv } from '../env.ts'
import { MethodNotAllowed } from './methods.ts'
import { failureOf, problemOf, trpcDataOf, trpcMessageOf } from './problem.ts'

/** Most calls that one batch may hold. */
export const maxBatch = 10

/** For what no route took. */
export const nothingHere = () =>
  new Refusal('not_found', 'There is nothing at this address. See /api/reference.')

const trpcPrefix = '/api/trpc/'

/**
 * Tells a failure in the form that the caller reads: problem+json, or under `/api/trpc` tRPC's own error shape, once for
 * each call of a batch. Whatever knows when to come back says so in `Retry-After`.
 */
export function refuse(c: Context, error: unknown): Response {
  const failure = failureOf(error)
  const requestId = c.req.header(requestIdHeader) ?? 'none'
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (failure.details.retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(failure.details.retryAfterSeconds))
  }
  if (error instanceof MethodNotAllowed) headers.set('allow', error.allow)
  if (!c.req.path.startsWith(trpcPrefix)) {
    const problem = problemOf(failure, requestId, `${apiEnv().APP_URL}/api/reference`)
    return new Response(JSON.stringify(problem), { status: failure.status, headers })
  }
  const data = trpcDataOf(failure, requestId)
  const shape = {
    error: { message: trpcMessageOf(failure), code: TRPC_ERROR_CODES_BY_KEY[data.code], data },
  }
  headers.set('content-type', 'application/json')
  return new Response(JSON.stringify(inBatch(c, shape)), { status: failure.status, headers })
}

function inBatch(c: Context, shape: unknown): unknown {
  if (c.req.query('batch') !== '1') return shape
  const calls = c.req.path.slice(trpcPrefix.length).split(',').length
  return Array.from({ length: Math.min(calls, maxBatch) }, () => shape)
}
