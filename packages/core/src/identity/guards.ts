import type { User } from '@insula/contracts'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { recordPersonal } from '../audit/record.ts'
import { accountLockedFor, countWrongPassword, forgetWrongPasswords } from './limits.ts'
import { originOf } from './origin.ts'
import { weaknessOf } from './password.ts'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const before = createAuthMiddleware(async (ctx) => {
  const body = (ctx.body ?? {}) as Record<string, unknown>
  const email = text(body.email).trim().toLowerCase()
  if (ctx.path === '/sign-in/email') {
    const seconds = await accountLockedFor(email)
    if (seconds !== null) {
      throw new APIError('TOO_MANY_REQUESTS', {
        code: 'ACCOUNT_LOCKED',
        message: `Too many wrong passwords. Try again in ${Math.ceil(seconds / 60)} minutes, or reset your password.`,
      })
    }
  }
  const chosen =
    ctx.path === '/sign-up/email'
      ? text(body.password)
      : ctx.path === '/reset-password' || ctx.path === '/change-password'
        ? text(body.newPassword)
        : null
  if (chosen !== null) {
    const weakness = weaknessOf(chosen, email)
    if (weakness) throw new APIError('BAD_REQUEST', { code: 'PASSWORD_REFUSED', message: weakness })
  }
  if (ctx.path === '/sign-up/email') {
    const name = text(body.name).trim()
    if (name.length < 1 || name.length > 80) {
      throw new APIError('BAD_REQUEST', {
        code: 'NAME_REFUSED',
        message: 'Tell us your name, in at most 80 characters',
      })
    }
  }
  if (ctx.path === '/sign-out') {
    // After the endpoint has run there is no session left to say who it was.
    const session = await getSessionFromCtx(ctx)
    if (session) {
      await recordPersonal({ user: personOf(session.user), origin: originOf(ctx.headers) }, 'user.signed-out')
    }
  }
})

const after = createAuthMiddleware(async (ctx) => {
  const returned = ctx.context.returned
  const refused = returned instanceof APIError
  const origin = originOf(ctx.headers)
  if (ctx.path === '/sign-in/email') {
    const email = text((ctx.body as Record<string, unknown> | undefined)?.email)
      .trim()
      .toLowerCase()
    if (refused && returned.statusCode === 401) await countWrongPassword(email)
    const session = ctx.context.newSession
    if (!refused && session) {
      await forgetWrongPasswords(email)
      await recordPersonal({ user: personOf(session.user), origin }, 'user.signed-in')
    }
  }
  // A new address and a taken one must not be told apart, not even by the fields of the answer.
  if (ctx.path === '/sign-up/email' && !refused) return ctx.json({ status: true })
  if (ctx.path === '/change-password' && !refused) {
    const session = ctx.context.session ?? ctx.context.newSession
    if (session) await recordPersonal({ user: personOf(session.user), origin }, 'user.password-changed')
  }
})

const personOf = (user: { id: string; name: string; email: string; emailVerified: boolean }): User => ({
  id: user.id,
  name: user.name,
  email: user.email,
  emailVerified: user.emailVerified,
  platformRole: null,
})

/** What stands around better-auth's own endpoints: password rules, the lock on guessing, and the audit log. */
export const accountGuards = { before, after }
