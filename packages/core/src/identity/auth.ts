import { mongoHandles, newId } from '@insula/db'
import { betterAuth } from 'better-auth'
import { mongodbAdapter } from 'better-auth/adapters/mongodb'
import { coreEnv } from '../kernel/env.ts'

const daySeconds = 24 * 3_600

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
      expiresIn: 14 * daySeconds,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
      additionalFields: { activeTenantId: { type: 'string', required: false, input: false } },
    },
    account: { modelName: 'accounts' },
    advanced: {
      database: {
        generateId: ({ model }) => (model === 'users' || model === 'user' ? newId('user') : newId('session')),
      },
    },
  })
}

let instance: ReturnType<typeof create> | undefined

/**
 * better-auth on our MongoDB: the rows of people, accounts and sessions, their ids and tokens. None of its endpoints is
 * served; what stands under `/api/auth` is ours. Needs `connectDb()` first.
 */
export function auth(): ReturnType<typeof create> {
  instance ??= create()
  return instance
}
