import { createHash } from 'node:crypto'
import { events, type User } from '@insula/contracts'
import { acrossTenants, MemberModel, mongoHandles, newId, SessionModel } from '@insula/db'
import { betterAuth } from 'better-auth'
import { mongodbAdapter } from 'better-auth/adapters/mongodb'
import { recordPersonal } from '../audit/record.ts'
import { coreEnv } from '../env.ts'
import { emit } from '../events/emit.ts'
import { queueMail } from '../notifications/service.ts'
import { accountGuards } from './guards.ts'
import { consume } from './limits.ts'
import { clientAddressHeader, originOf } from './origin.ts'
import { hashPassword, verifyPassword } from './password.ts'

const hourSeconds = 3_600

/** `__Host-` binds the cookie to this one host; browsers take it over HTTPS only. */
export function sessionCookieName(): string {
  return coreEnv().APP_URL.startsWith('https://') ? '__Host-insula.session' : 'insula.session'
}

type Row = Record<string, unknown> & { id: string; name: string; email: string; emailVerified: boolean }
const asUser = (row: Row): User => ({
  id: row.id,
  name: row.name,
  email: row.email,
  emailVerified: row.emailVerified,
  platformRole: null,
})
const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('base64url').slice(0, 22)

function create() {
  const { APP_URL, AUTH_SECRET } = coreEnv()
  const { db } = mongoHandles()
  return betterAuth({
    appName: 'Insula',
    baseURL: APP_URL,
    basePath: '/api/auth',
    secret: AUTH_SECRET,
    trustedOrigins: [new URL(APP_URL).origin],
    // Without a client it opens no transaction of its own: what it writes joins ours.
    database: mongodbAdapter(db),
    telemetry: { enabled: false },
    logger: { level: 'error' },
    user: {
      modelName: 'users',
      additionalFields: { platformRole: { type: 'string', required: false, input: false } },
    },
    session: {
      modelName: 'sessions',
      expiresIn: 14 * 24 * hourSeconds,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
      additionalFields: { activeTenantId: { type: 'string', required: false, input: false } },
    },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      autoSignIn: false,
      // Length is judged, with everything else, in guards.ts; better-auth's own bounds only stand behind it.
      minPasswordLength: 1,
      maxPasswordLength: 512,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => verifyPassword(hash, password),
      },
      resetPasswordTokenExpiresIn: hourSeconds,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => {
        await queueMail({
          tenantId: null,
          to: user.email,
          template: 'reset-password',
          variables: { name: user.name },
          link: `${APP_URL}/reset-password?token=${encodeURIComponent(token)}`,
          dedupeKey: `reset:${fingerprint(token)}`,
        })
      },
      onPasswordReset: async ({ user }, request) => {
        const origin = originOf(request?.headers)
        await recordPersonal({ user: asUser(user as Row), origin }, 'user.password-reset')
        await queueMail({
          tenantId: null,
          to: user.email,
          template: 'password-changed',
          variables: { name: user.name },
          dedupeKey: `password-changed:${newId('mail')}`,
        })
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      autoSignInAfterVerification: true,
      expiresIn: hourSeconds,
      sendVerificationEmail: async ({ user, token }) => {
        await queueMail({
          tenantId: null,
          to: user.email,
          template: 'verify-email',
          variables: { name: user.name },
          link: `${APP_URL}/verify-email?token=${encodeURIComponent(token)}`,
          dedupeKey: `verify:${fingerprint(token)}`,
        })
      },
      afterEmailVerification: async (user, request) => {
        await recordPersonal(
          { user: asUser(user as Row), origin: originOf(request?.headers) },
          'user.email-verified',
        )
      },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 30 },
        '/sign-up/email': { window: hourSeconds, max: 60 },
        '/request-password-reset': { window: hourSeconds, max: 20 },
        '/send-verification-email': { window: hourSeconds, max: 20 },
      },
      customStorage: { consume: (key, rule) => consume('auth', key, rule) },
    },
    advanced: {
      // Names and flags are set below, because better-auth would add its own prefix before `__Host-`.
      useSecureCookies: false,
      // of every cookie, also of those that are the library's own affair
      defaultCookieAttributes: {
        secure: APP_URL.startsWith('https://'),
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
      },
      cookies: { session_token: { name: sessionCookieName() } },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      database: {
        generateId: ({ model }) => (model === 'users' || model === 'user' ? newId('user') : newId('session')),
      },
    },
    hooks: accountGuards,
    databaseHooks: {
      user: {
        create: {
          after: async (row, context) => {
            const user = asUser(row as Row)
            const origin = originOf(context?.headers)
            await recordPersonal({ user, origin }, 'user.registered', { after: { email: user.email } })
            await emit({ tenantId: null, id: user.id, origin }, events.userRegistered, { userId: user.id })
          },
        },
      },
      session: {
        create: {
          before: async (session) => ({
            data: { ...session, activeTenantId: await lastTenantOf(session.userId) },
          }),
        },
      },
    },
  })
}

/** A new session starts where the person last worked, if they still belong there. */
async function lastTenantOf(userId: string): Promise<string | null> {
  const memberships = await acrossTenants(
    MemberModel.find({ userId }, { tenantId: 1 }).sort({ _id: 1 }).lean(),
    'a person’s own memberships',
  )
  const last = await SessionModel.findOne({ userId, activeTenantId: { $ne: null } })
    .sort({ _id: -1 })
    .lean()
  const known = memberships.find((member) => member.tenantId === last?.activeTenantId)
  return known?.tenantId ?? memberships[0]?.tenantId ?? null
}

let instance: ReturnType<typeof create> | undefined

/** better-auth on our MongoDB. Needs `connectDb()` first. */
export function auth(): ReturnType<typeof create> {
  instance ??= create()
  return instance
}
