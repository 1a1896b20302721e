import { z } from 'zod'

const Env = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    APP_URL: z.url({
      protocol: /^https?$/,
      error: 'set it to the console’s address, such as https://console.example.com',
    }),
    S3_ENDPOINT: z.url({
      error: 'set it to the object store’s address, such as https://s3.eu-central-1.amazonaws.com',
    }),
    /** Where browsers reach the object store, when that differs from where the servers do. */
    S3_PUBLIC_ENDPOINT: z
      .url({ error: 'set it to the object store’s public address, or leave it out' })
      .optional(),
    /** The local cloud's own page; set by `npm start` and never in production. */
    LOCAL_PAGE_URL: z.url({ error: 'set by `npm start`; leave it out elsewhere' }).optional(),
  })
  .transform((env) => ({
    appUrl: env.APP_URL,
    secure: env.APP_URL.startsWith('https:'),
    development: env.NODE_ENV === 'development',
    storeOrigin: new URL(env.S3_PUBLIC_ENDPOINT ?? env.S3_ENDPOINT).origin,
    localPageUrl: env.LOCAL_PAGE_URL ?? null,
  }))

export type Env = z.output<typeof Env>

/** Parses what the console takes from its environment. Throws one error that names every variable at fault. */
export const readEnv = (source: Record<string, string | undefined>): Env => {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = Env.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The console cannot start. Set these environment variables:\n${faults.join('\n')}`)
}

let parsed: Env | undefined

/** The console's environment, parsed once, at the first request rather than while it is built. */
export const env = (): Env => {
  parsed ??= readEnv(process.env)
  return parsed
}
