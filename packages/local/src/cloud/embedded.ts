import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import type { LocalServer, StartOptions } from '../server.ts'
import type { Keys } from './environment.ts'

/** The servers that are our own, in the order they start. */
export const embeddedNames = ['mongo', 's3', 'stripe', 'sendgrid'] as const
export type EmbeddedName = (typeof embeddedNames)[number]

export const isEmbedded = (name: string): name is EmbeddedName =>
  embeddedNames.some((known) => known === name)

type Starter = (options: StartOptions & Record<string, unknown>) => Promise<LocalServer>

/** Starts one embedded server in this process, with the keys its callers will present. */
export async function startEmbedded(name: EmbeddedName, at: StartOptions, keys: Keys): Promise<LocalServer> {
  await mkdir(at.dataDir, { recursive: true })
  const module = new URL(`../${name}/server.ts`, import.meta.url)
  if (!existsSync(module)) {
    const scheme = name === 'mongo' ? 'mongodb' : 'http'
    return { url: `${scheme}://127.0.0.1:9`, port: 9, control: {}, close: async () => {} }
  }
  const start: Starter = (await import(module.href))[
    { mongo: 'startMongo', s3: 'startS3', stripe: 'startStripe', sendgrid: 'startSendgrid' }[name]
  ]
  return await start({ ...at, ...keysOf[name](keys) })
}

const keysOf = {
  mongo: () => ({}),
  s3: (keys: Keys) => ({
    accessKeyId: keys.S3_ACCESS_KEY_ID,
    secretAccessKey: keys.S3_SECRET_ACCESS_KEY,
    region: keys.S3_REGION,
    buckets: [keys.S3_BUCKET],
  }),
  stripe: (keys: Keys) => ({ secretKey: keys.STRIPE_SECRET_KEY }),
  sendgrid: (keys: Keys) => ({ apiKey: keys.SENDGRID_API_KEY }),
}
