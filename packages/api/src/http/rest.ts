import { TRPCError } from '@trpc/server'
import { Hono, type Context as HonoContext } from 'hono'
import type { OpenApiMethod } from 'trpc-to-openapi'
import { z } from 'zod'
import { contextOf } from '../context.ts'
import { allProcedures } from '../procedures.ts'
import { createCaller } from '../root.ts'

interface Route {
  procedure: string
  method: OpenApiMethod
  /** Hono's notation: `/files/:fileId`. */
  path: string
  inputs: unknown[]
}

/** Every procedure that says where it stands in REST, taken from the router itself. */
export function restRoutes(): Route[] {
  return allProcedures().flatMap(({ path: procedure, meta, inputs }) => {
    const place = meta.openapi
    if (!place) return []
    return [{ procedure, inputs, method: place.method, path: place.path.replaceAll(/\{(\w+)\}/g, ':$1') }]
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

/** A query string knows no booleans: where the schema wants one, `true` and `false` are read as such. */
function queryOf(c: HonoContext, inputs: unknown[]): Record<string, unknown> {
  const shape = Object.assign({}, ...inputs.map((input) => (input instanceof z.ZodObject ? input.shape : {})))
  return Object.fromEntries(
    Object.entries(c.req.query()).map(([name, value]) => {
      const inner = innermost(shape[name])
      return [name, inner instanceof z.ZodBoolean && /^(true|false)$/.test(value) ? value === 'true' : value]
    }),
  )
}

function innermost(schema: unknown): unknown {
  const wraps =
    schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
  return wraps ? innermost(schema.def.innerType) : schema
}

const hasBody = (method: string) => method === 'POST' || method === 'PATCH' || method === 'PUT'

type Call = (input: unknown) => Promise<unknown>

function procedureOf(headers: Headers, path: string): Call {
  const caller: unknown = createCaller(contextOf(headers))
  return path.split('.').reduce((at, key) => (at as Record<string, unknown>)[key], caller) as Call
}

/** The same procedures as REST, under `/api/v1`. Names in the path win over the body's and the query's. */
export function restApp(): Hono {
  const app = new Hono()
  for (const { method, path, procedure, inputs } of restRoutes()) {
    app.on(method, path, async (c) => {
      const given = hasBody(method) ? await bodyOf(c) : queryOf(c, inputs)
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
