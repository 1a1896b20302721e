import { randomBytes } from 'node:crypto'
import type { LocalEnvironment } from './env.ts'

/** Where each service of the cloud answers, under the names the product reads. */
export interface Addresses {
  MONGODB_URI: string
  REDIS_URL: string
  S3_ENDPOINT: string
  STRIPE_API_BASE: string
  SENDGRID_API_BASE: string
}

/** The keys the product presents to those services. Generated once and kept beside the data. */
export interface Keys {
  AUTH_SECRET: string
  S3_REGION: string
  S3_BUCKET: string
  S3_ACCESS_KEY_ID: string
  S3_SECRET_ACCESS_KEY: string
  STRIPE_SECRET_KEY: string
  STRIPE_WEBHOOK_SECRET: string
  SENDGRID_API_KEY: string
  MAIL_FROM: string
}

/** Everything that gateway, web and worker must be given to run on this cloud. */
export interface CloudEnvironment extends Addresses, Keys {
  REDIS_CACHE_URL: string
}

const word = (bytes: number) => randomBytes(bytes).toString('base64url')
const letters = (bytes: number) => randomBytes(bytes).toString('hex')

/** New keys in the form each vendor gives its own, so that what checks their form can be tested. */
export function generateKeys(): Keys {
  return {
    AUTH_SECRET: word(48),
    S3_REGION: 'us-east-1',
    S3_BUCKET: 'insula',
    S3_ACCESS_KEY_ID: `AKIA${letters(8).toUpperCase()}`,
    S3_SECRET_ACCESS_KEY: word(30),
    STRIPE_SECRET_KEY: `sk_test_${letters(24)}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${letters(24)}`,
    SENDGRID_API_KEY: `SG.${word(16)}.${word(32)}`,
    MAIL_FROM: 'Insula <hello@insula.localhost>',
  }
}

/** The keys of a server that is started alone and told of none: the same each time, so that clients can be set up. */
export const standaloneKeys = {
  S3_ACCESS_KEY_ID: 'insula-local',
  S3_SECRET_ACCESS_KEY: 'insula-local-secret',
  STRIPE_SECRET_KEY: 'sk_test_insula_local',
  SENDGRID_API_KEY: 'SG.insula-local',
} satisfies Partial<Keys>

const keyNames = Object.keys(generateKeys()) as (keyof Keys)[]

/** Keys named in the environment win over remembered ones, which win over new ones. */
export function mergeKeys(remembered: Partial<Keys>, given: LocalEnvironment): Keys {
  const keys = { ...generateKeys(), ...remembered }
  for (const name of keyNames) {
    const value = given[name]
    if (value !== undefined) keys[name] = value
  }
  return keys
}

/** The cache lives in the database after the queue's, so that flushing one leaves the other alone. */
export function cacheUrl(redisUrl: string): string {
  const url = new URL(redisUrl)
  url.pathname = `/${Number(url.pathname.slice(1) || 0) + 1}`
  return url.href
}

/** An address without a database would have the driver write to one named "test". */
export function withDatabase(mongoUri: string): string {
  return mongoUri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?(?=\?|$)/, '$1/insula')
}

export function cloudEnvironment(
  addresses: Addresses,
  keys: Keys,
  given: Pick<LocalEnvironment, 'REDIS_CACHE_URL'> = {},
): CloudEnvironment {
  return {
    ...addresses,
    MONGODB_URI: withDatabase(addresses.MONGODB_URI),
    REDIS_CACHE_URL: given.REDIS_CACHE_URL ?? cacheUrl(addresses.REDIS_URL),
    ...keys,
  }
}
