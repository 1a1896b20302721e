import {
  AddressProof,
  AddressRef,
  Credentials,
  NewInvitedSignUp,
  NewSignUp,
  PasswordChange,
  PasswordReset,
  Refusal,
  SignOut,
} from '@insula/contracts'
import {
  changePassword,
  endedSessionCookie,
  endedSignUpCookie,
  pendingLifetimeMs,
  requestPasswordReset,
  requestVerification,
  resetPassword,
  sessionCookie,
  signIn,
  signOut,
  signUp,
  signUpCookie,
  signUpSecretOf,
  takeTurn,
  verifyEmail,
} from '@insula/core/identity'
import type { Origin, Person } from '@insula/core/kernel/actor'
import { originOf } from '@insula/core/kernel/origin'
import { signUpByInvitation } from '@insula/core/tenants'
import { startUp } from '@insula/core/wiring/start-up'
import { TRPCError } from '@trpc/server'
import { Hono } from 'hono'
import type { z } from 'zod'
import { contextOf } from '../context.ts'
import { MethodNotAllowed } from '../http/methods.ts'
import { nothingHere } from '../http/refuse.ts'
import { bodyOf } from '../http/rest.ts'
import { callerOf } from '../http/shield.ts'

/** What a route is given beside its input. */
interface Call {
  origin: Origin
  headers: Headers
  /** Throws `unauthenticated` when nobody is signed in. */
  person(): Promise<Person>
}

interface Reply {
  body: object
  /** `set-cookie` values. */
  cookies?: string[]
}

interface Route {
  /** How often one network may call it, in so many seconds; null for what costs nothing and must always work. */
  rule: { max: number; window: number } | null
  answer(input: Record<string, unknown>, call: Call): Promise<Reply>
}

const minute = 60
const hour = 60 * minute

function route<Input extends z.ZodType>(
  schema: Input,
  rule: Route['rule'],
  answer: (input: z.output<Input>, call: Call) => Promise<Reply>,
): Route {
  return { rule, answer: (input, call) => answer(parsed(schema, input), call) }
}

const done = { body: { status: true } }

/** Everything that stands under `/api/auth`, by path. All of it is POST: opening a link changes nothing. */
const routes: Record<`/${string}`, Route> = {
  '/sign-up/email': route(NewSignUp, { max: 60, window: hour }, async (input, { origin }) => {
    const { browserSecret } = await signUp(input, origin)
    return { ...done, cookies: [signUpCookie(browserSecret, pendingLifetimeMs)] }
  }),
  '/sign-up/invitation': route(NewInvitedSignUp, { max: 60, window: hour }, async (input, { origin }) => {
    const { user, session, tenantId } = await signUpByInvitation(input, origin)
    return {
      body: { status: true, user, tenantId },
      cookies: [sessionCookie(session), endedSignUpCookie()],
    }
  }),
  '/send-verification-email': route(AddressRef, { max: 20, window: hour }, async ({ email }, { origin }) => {
    await requestVerification(email, origin)
    return done
  }),
  '/verify-email': route(AddressProof, { max: 60, window: hour }, async (input, { origin, headers }) => {
    const { user, session } = await verifyEmail(input, signUpSecretOf(headers), origin)
    return { body: { status: true, user }, cookies: [sessionCookie(session), endedSignUpCookie()] }
  }),
  '/sign-in/email': route(Credentials, { max: 30, window: minute }, async (input, { origin }) => {
    const { user, session } = await signIn(input, origin)
    return { body: { redirect: false, user }, cookies: [sessionCookie(session)] }
  }),
  '/sign-out': route(SignOut, null, async (_input, { person }) => {
    const somebody = await person().catch(nobody)
    if (somebody) await signOut(somebody)
    return { body: { success: true }, cookies: [endedSessionCookie()] }
  }),
  '/request-password-reset': route(AddressRef, { max: 20, window: hour }, async ({ email }, { origin }) => {
    await requestPasswordReset(email, origin)
    return done
  }),
  '/reset-password': route(PasswordReset, { max: 60, window: hour }, async (input, { origin }) => {
    await resetPassword(input, origin)
    return done
  }),
  '/change-password': route(PasswordChange, { max: 30, window: minute }, async (input, { person }) => {
    await changePassword(await person(), input)
    return done
  }),
}

/**
 * Signing up, in and out, and what leads back in: the routes that the console calls, each with its own schema. The
 * library underneath has more endpoints; none of them is here.
 */
export function identityApp(): Hono {
  const app = new Hono()
  for (const [path, { rule, answer }] of Object.entries(routes)) {
    app.post(path, async (c) => {
      const { headers } = c.req.raw
      if (rule) await takeTurn(path, callerOf(headers), rule)
      const input = await bodyOf(c)
      await startUp()
      const { body, cookies = [] } = await answer(input, {
        origin: originOf(headers),
        headers,
        person: () => contextOf(headers).person(),
      })
      for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
      return c.json(body)
    })
    app.all(path, (c) => {
      throw new MethodNotAllowed(c.req.method, ['POST'])
    })
  }
  app.all('*', () => {
    throw nothingHere()
  })
  return app
}

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new TRPCError({ code: 'BAD_REQUEST', cause: result.error })
}

function nobody(error: unknown): null {
  if (error instanceof Refusal && error.code === 'unauthenticated') return null
  throw error
}
