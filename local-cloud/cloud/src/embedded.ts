import { mkdir } from 'node:fs/promises'
import type { LocalServer, StartOptions } from '@insula/local-kit/server'
import type { Keys } from './environment.ts'

/** The servers that are our own, in the order they start. */
export const embeddedNames = ['mongo', 's3', 'stripe', 'sendgrid'] as const
export type EmbeddedName = (typeof embeddedNames)[number]

export const isEmbedded = (name: string): name is EmbeddedName =>
  embeddedNames.some((known) => known === name)

export interface EmbeddedOptions extends StartOptions {
  /** Where browsers reach Stripe's hosted pages, if not where it listens. */
  publicUrl?: string
}

/** Loads only the server that is wanted: each runs in a process of its own, which should be small. */
const starters: Record<EmbeddedName, (at: EmbeddedOptions, keys: Keys) => Promise<LocalServer>> = {
  mongo: async (at) => (await import('@insula/local-mongo/server')).startMongo(at),
  s3: async (at, keys) =>
    (await import('@insula/local-s3/server')).startS3({
      ...at,
      accessKeyId: keys.S3_ACCESS_KEY_ID,
      secretAccessKey: keys.S3_SECRET_ACCESS_KEY,
      region: keys.S3_REGION,
      buckets: [keys.S3_BUCKET],
    }),
  stripe: async (at, keys) =>
    (await import('@insula/local-stripe/server')).startStripe({ ...at, apiKey: keys.STRIPE_SECRET_KEY }),
  sendgrid: async (at, keys) =>
    (await import('@insula/local-sendgrid/server')).startSendgrid({ ...at, apiKey: keys.SENDGRID_API_KEY }),
}

/** Starts one embedded server in this process, with the keys its callers will present. */
export async function startEmbedded(
  name: EmbeddedName,
  at: EmbeddedOptions,
  keys: Keys,
): Promise<LocalServer> {
  await mkdir(at.dataDir, { recursive: true })
  return starters[name](at, keys)
}
