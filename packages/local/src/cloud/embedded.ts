import { mkdir } from 'node:fs/promises'
import type { LocalServer, StartOptions } from '../server.ts'
import type { Keys } from './environment.ts'

/** The servers that are our own, in the order they start. */
export const embeddedNames = ['mongo', 's3', 'stripe', 'sendgrid'] as const
export type EmbeddedName = (typeof embeddedNames)[number]

export const isEmbedded = (name: string): name is EmbeddedName =>
  embeddedNames.some((known) => known === name)

/** Each server is loaded when it is started: a process holds only the one that it runs. */
const starters: Record<EmbeddedName, (at: StartOptions, keys: Keys) => Promise<LocalServer>> = {
  async mongo(at) {
    const { startMongo } = await import('../mongo/server.ts')
    return await startMongo(at)
  },
  async s3(at, keys) {
    const { startS3 } = await import('../s3/server.ts')
    return await startS3({
      ...at,
      accessKeyId: keys.S3_ACCESS_KEY_ID,
      secretAccessKey: keys.S3_SECRET_ACCESS_KEY,
    })
  },
  async stripe(at, keys) {
    const { startStripe } = await import('../stripe/index.ts')
    return await startStripe({ ...at, apiKey: keys.STRIPE_SECRET_KEY })
  },
  async sendgrid(at, keys) {
    const { startSendgrid } = await import('../sendgrid/server.ts')
    return await startSendgrid({ ...at, apiKey: keys.SENDGRID_API_KEY })
  },
}

/** Starts one embedded server in this process, with the keys its callers will present. */
export async function startEmbedded(name: EmbeddedName, at: StartOptions, keys: Keys): Promise<LocalServer> {
  await mkdir(at.dataDir, { recursive: true })
  return await starters[name](at, keys)
}
