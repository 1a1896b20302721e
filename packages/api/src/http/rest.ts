import { Refusal } from '@insula/contracts'
import { Hono, type Context as HonoContext } from 'hono'
import type { OpenApiMethod } from 'trpc-to-openapi'
import { z } from 'zod'
import { contextOf } from '../context.ts'
import { allProcedures } from '../procedures.ts'
import { createCaller } from '../root.ts'
import { repeatedKey } from './readable.ts'

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

const badRequest = (message: string, field?: string) =>
  new Refusal('invalid', message, field ? { field } : {})

/** The JSON object that a request carries; none is an empty one. */
export async function bodyOf(c: HonoContext): Promise<Record<string, unknown>> {
  const [astray] = Object.keys(c.req.queries())
  if (astray !== undefined)
    throw badRequest(`${astray}: stands in the address; what it takes goes into the body.`, astray)
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength === 0) return {}
  requireJson(c.req.header('content-type') ?? '')
  const text = decoded(bytes)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw badRequest('The body is not valid JSON.')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('The body must be a JSON object.')
  }
  const twice = repeatedKey(text)
  if (twice !== null) throw badRequest(`${twice}: stands in the body twice.`, twice)
  return body as Record<string, unknown>
}

function requireJson(contentType: string): void {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters.map((one) => /^\s*charset="?([^"]*)"?\s*$/.exec(one)?.[1]).find(Boolean)
  if (type.trim() === 'application/json' && /^(?:utf-?8|us-ascii)$/.test(charset ?? 'utf-8')) return
  throw new Refusal('unsupported', 'Send JSON in UTF-8, with content-type application/json.')
}

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badRequest('The body is not valid UTF-8.')
  }
}

/** A query string knows text alone: where the schema wants a number or a boolean, it is read as such. */
function queryOf(c: HonoContext, inputs: unknown[]): Record<string, unknown> {
  const shape = Object.assign({}, ...inputs.map((input) => (input instanceof z.ZodObject ? input.shape : {})))
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      if (values.length > 1) throw badRequest(`${name}: stands in the address twice.`, name)
      return [name, asMeant(innermost(shape[name]), values[0] ?? '')]
    }),
  )
}

function asMeant(schema: unknown, text: string): unknown {
  if (schema instanceof z.ZodBoolean && /^(true|false)$/.test(text)) return text === 'true'
  if (schema instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  // A plus sign in a query stands for a space, and few think of it when they write an offset.
  if (schema instanceof z.ZodISODateTime) return text.replace(/ (?=\d\d:\d\d$)/, '+')
  return text
}

function innermost(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return innermost(schema.in)
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
  return app
}
