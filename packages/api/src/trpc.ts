import { type Permission, type PlatformPermission, Refusal, refusalStatus } from '@insula/contracts'
import {
  type Actor,
  type Origin,
  type Person,
  requirePermission,
  requirePlatform,
} from '@insula/core/access/actor'
import { initTRPC, TRPCError } from '@trpc/server'
import type { OpenApiMeta } from 'trpc-to-openapi'

/** What every procedure is given. Who is asking is worked out only when a gate asks for it, and once. */
export interface Context {
  origin: Origin
  /** Throws `unauthenticated` when nobody is signed in, or when an API key was sent where a person must act. */
  person(): Promise<Person>
  /** Throws `unauthenticated`, or refuses when there is no tenant or it is not the one the page was made for. */
  actor(): Promise<Actor>
  /** The same, read anew: for what stays open longer than a request. */
  freshActor(): Promise<Actor>
}

export type Gate =
  | { scope: 'public' }
  | { scope: 'person' }
  | { scope: 'tenant'; permission: Permission }
  | { scope: 'platform'; permission: PlatformPermission }

/** Beside the REST route, each procedure says what stands before it; the lock file is made of this. */
export interface Meta extends OpenApiMeta {
  gate?: Gate
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
    errorFormatter({ shape, error, ctx }) {
      const refusal = error.cause instanceof Refusal ? error.cause : null
      return {
        ...shape,
        message:
          refusal?.message ??
          (error.code === 'INTERNAL_SERVER_ERROR' ? 'Something went wrong on our side.' : shape.message),
        data: {
          code: shape.data.code,
          httpStatus: refusal ? refusalStatus[refusal.code] : shape.data.httpStatus,
          requestId: ctx?.origin.requestId ?? null,
          refusal: refusal && { code: refusal.code, message: refusal.message, details: refusal.details },
        },
      }
    },
  })

const codeOf: Partial<Record<number, TRPCError['code']>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
}

/** The one place where a refusal becomes an HTTP answer. */
const refusals = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok || !(result.error.cause instanceof Refusal)) return result
  const refusal = result.error.cause
  throw new TRPCError({
    code: codeOf[refusalStatus[refusal.code]] ?? 'BAD_REQUEST',
    message: refusal.message,
    cause: refusal,
  })
})

const base = t.procedure.use(refusals)
export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Open to everybody. Only for what must work before signing in. */
export const open = () => base.meta({ gate: { scope: 'public' } })

/** For whoever is signed in, whatever tenant they are in or none. API keys are refused. */
export const signedIn = () =>
  base
    .meta({ gate: { scope: 'person' } })
    .use(async ({ ctx, next }) => next({ ctx: { person: await ctx.person() } }))

/** The only door to a tenant's data: the actor must hold the permission in the tenant they act in. */
export const allow = (permission: Permission) =>
  base.meta({ gate: { scope: 'tenant', permission } }).use(async ({ ctx, next }) => {
    const actor = await ctx.actor()
    requirePermission(actor, permission)
    return next({ ctx: { actor } })
  })

/** The door to the global scope. */
export const allowPlatform = (permission: PlatformPermission) =>
  base.meta({ gate: { scope: 'platform', permission } }).use(async ({ ctx, next }) => {
    const person = await ctx.person()
    requirePlatform(person.user.platformRole, permission)
    return next({ ctx: { person } })
  })

/** The procedure's REST route under `/api/v1`, for `.meta()`. */
export const rest = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: `/${string}`,
  summary: string,
  tag: string,
): Meta => ({ openapi: { method, path, summary, tags: [tag], protect: true } })
