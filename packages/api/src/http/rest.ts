import { TRPCError } from '@trpc/server'
import { Hono, type Context as HonoContext } from 'hono'
import type { OpenApiMethod } from 'trpc-to-openapi'
import { contextOf } from '../context.ts'
import { appRouter, createCaller } from '../root.ts'
import type { Meta } from '../trpc.ts'
import { problemOf } from './problem.ts'

interface Route {
  procedure: string
  method: OpenApiMethod
  /** Hono's notation: `/files/:fileId`. */
  path: string
}

/** Every procedure that says where it stands in REST, taken from the router itself. */
export function restRoutes(): Route[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { meta?: Meta } }>
  return Object.entries(procedures).flatMap(([procedure, { _def }]) => {
    const place = _def.meta?.openapi
    return place
      ? [{ procedure, method: place.method, path: place.path.replaceAll(/\{(\w+)\}/g, ':$1') }]
      : []
  })
}

async function bodyOf(c: HonoContext): Promise<Record<string, unknown>> {
  const text = await c.req.text()
  if (text === '') return {}
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new TRPCError({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Send JSON, with content-type application/json.',
    })
  }
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'The body is not valid JSON.' })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'The body must be a JSON object.' })
  }
  return body as Record<string, unknown>
}

const hasBody = (method: string) => method === 'POST' || method === 'PATCH' || method === 'PUT'

type Call = (input: unknown) => Promise<unknown>

function procedureOf(headers: Headers, path: string): Call {
  const caller: unknown = createCaller(contextOf(headers))
  return path.split('.').reduce((at, key) => (at as Record<string, unknown>)[key], caller) as Call
}

/** The same procedures as REST, under `/api/v1`. Names in the path win over the body's and the query's. */
export function restApp(docsUrl: string): Hono {
  const app = new Hono()
  app.onError((error, c) => {
    const problem = problemOf(error, c.req.header('x-request-id') ?? 'none', docsUrl)
    return c.json(problem, problem.status as 400, { 'content-type': 'application/problem+json' })
  })
  for (const { method, path, procedure } of restRoutes()) {
    app.on(method, path, async (c) => {
      const given = hasBody(method) ? await bodyOf(c) : c.req.query()
      const input = { ...given, ...c.req.param() }
      const result = await procedureOf(c.req.raw.headers, procedure)(input)
      return result === undefined ? c.body(null, 204) : c.json(result)
    })
  }
  app.all('*', () => {
    throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such address in the API.' })
  })
  return app
}
