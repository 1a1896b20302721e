import type { Feature, Permission, PlatformPermission } from '@insula/contracts'
import {
  type Actor,
  type Origin,
  type Person,
  requireFeature,
  requirePermission,
  requirePlatform,
} from '@insula/core/kernel/actor'
import { currentRequestId, withDeadline } from '@insula/core/kernel/deadline'
import { initTRPC, TRPCError } from '@trpc/server'
import type { OpenApiMeta } from 'trpc-to-openapi'
import { apiEnv } from './env.ts'
import { failureOf, trpcCodeOf, trpcDataOf, trpcMessageOf } from './http/problem.ts'
import { requireReadable } from './http/readable.ts'

/** What every procedure is given. Who is asking is worked out only when a gate asks for it, and once. */
export interface Context {
  origin: Origin
  /**
   * Throws `unauthenticated` when nobody is signed in, `forbidden` when an API key was sent where a person must act, and
   * `session_mismatch` or `tenant_mismatch` when the page was made for another.
   */
  person(): Promise<Person>
  /** The same, and refuses when there is no tenant. */
  actor(): Promise<Actor>
  /** The same as it was at most a second ago: for what stays open longer than a request. */
  recentActor(): Promise<Actor>
  /** Refuses a page that was made for somebody else than is signed in now, or for nobody while somebody is. */
  sameMaker(): Promise<void>
}

export type Gate =
  | { scope: 'public' }
  | { scope: 'person' }
  | { scope: 'tenant'; permission: Permission; feature?: Feature }
  | { scope: 'platform'; permission: PlatformPermission }

/** Beside the REST route, each procedure says what stands before it; the lock file is made of this. */
export interface Meta extends OpenApiMeta {
  gate?: Gate
  /** Waits for Stripe, and so has the longer deadline. */
  callsStripe?: true
}

/** For `.meta()` of what waits for Stripe. */
export const callsStripe: Meta = { callsStripe: true }

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
    errorFormatter({ shape, error, ctx }) {
      const failure = failureOf(error)
      return {
        ...shape,
        message: trpcMessageOf(failure),
        data: trpcDataOf(failure, ctx?.origin.requestId ?? currentRequestId()),
      }
    },
  })

/** tRPC takes the status of a whole answer from the error's code, so a failure is given the one that fits. */
const failures = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok) return result
  const { status, message } = failureOf(result.error)
  const code = trpcCodeOf(status)
  if (code === result.error.code) return result
  throw new TRPCError({ code, message, cause: result.error.cause ?? result.error })
})

/** One deadline for all that a call does, gates included. What a stream does has deadlines of its own. */
const inTime = t.middleware(({ ctx, meta, type, next }) => {
  if (type === 'subscription') return next()
  const { REQUEST_TIMEOUT_MS, BILLING_TIMEOUT_MS } = apiEnv()
  const ms = meta?.callsStripe ? BILLING_TIMEOUT_MS : REQUEST_TIMEOUT_MS
  return withDeadline({ ms, requestId: ctx.origin.requestId, changes: type === 'mutation' }, next)
})

const base = t.procedure.use(failures).use(inTime)
export const router = t.router
export const createCallerFactory = t.createCallerFactory

// Each gate reads the input after it has let the caller in: whoever may not call learns nothing of what they sent.

/** Open to everybody. Only for what must work before signing in. */
export const open = () =>
  base.meta({ gate: { scope: 'public' } }).use(async ({ ctx, getRawInput, next }) => {
    await ctx.sameMaker()
    requireReadable(await getRawInput())
    return next()
  })

/** For whoever is signed in, whatever tenant they are in or none. API keys are refused. */
export const signedIn = () =>
  base.meta({ gate: { scope: 'person' } }).use(async ({ ctx, getRawInput, next }) => {
    const person = await ctx.person()
    requireReadable(await getRawInput())
    return next({ ctx: { person } })
  })

/**
 * The only door to a tenant's data: the actor must hold the permission in the tenant they act in, and its plan include the
 * feature, if one is named.
 */
export const allow = (permission: Permission, feature?: Feature) =>
  base
    .meta({ gate: { scope: 'tenant', permission, ...(feature && { feature }) } })
    .use(async ({ ctx, getRawInput, next }) => {
      const actor = await ctx.actor()
      requirePermission(actor, permission)
      if (feature) requireFeature(actor, feature)
      requireReadable(await getRawInput())
      return next({ ctx: { actor } })
    })

/** The door to the global scope. */
export const allowPlatform = (permission: PlatformPermission) =>
  base.meta({ gate: { scope: 'platform', permission } }).use(async ({ ctx, getRawInput, next }) => {
    const person = await ctx.person()
    requirePlatform(person.user.platformRole, permission)
    requireReadable(await getRawInput())
    return next({ ctx: { person } })
  })

/** The procedure's REST route under `/api/v1`, for `.meta()`. */
export const rest = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: `/${string}`,
  summary: string,
  tag: string,
): Meta => ({ openapi: { method, path, summary, tags: [tag], protect: true } })
