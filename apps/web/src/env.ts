import { appUrl, readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const WebEnv = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  APP_URL: appUrl(),
  S3_ENDPOINT: z.url('must be an address').meta({ example: 'https://s3.eu-central-1.amazonaws.com' }),
  S3_PUBLIC_ENDPOINT: z.url('must be an address').optional().meta({
    description: 'Where browsers reach the object store, when that differs from where the servers do',
  }),
  CONTACT_EMAIL: z
    .email('must be an e-mail address')
    .optional()
    .meta({ example: 'sales@example.com', description: 'Whom to write to for more than the largest plan' }),
  LOCAL_PAGE_URL: z
    .url('must be an address')
    .optional()
    .meta({ description: 'The local cloud’s own page; set by `npm start`, never in production' }),
})

const read = (source?: Record<string, string | undefined>) => {
  const given = readEnv(WebEnv, source)
  return {
    appUrl: new URL(given.APP_URL).origin,
    development: given.NODE_ENV === 'development',
    /** The one foreign origin that pages load pictures from and send files to. */
    storeOrigin: new URL(given.S3_PUBLIC_ENDPOINT ?? given.S3_ENDPOINT).origin,
    contactEmail: given.CONTACT_EMAIL ?? null,
    localPageUrl: given.LOCAL_PAGE_URL ?? null,
  }
}

let parsed: ReturnType<typeof read> | undefined

/** What the console takes from its environment. Throws an `EnvError` that names each variable at fault. */
export const webEnv = () => {
  parsed ??= read()
  return parsed
}
