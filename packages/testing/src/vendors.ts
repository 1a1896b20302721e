import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { S3Control } from '@insula/local-s3/control'
import type { SendgridControl } from '@insula/local-sendgrid/control'
import type { StripeControl } from '@insula/local-stripe/control'
import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/**
 * Gives this test file a SendGrid of its own, in its own process, with switches at hand; they are reset before each test.
 * Call it before anything sends mail.
 */
export function onOwnSendgrid(): () => SendgridControl {
  return own('SENDGRID_API_BASE', async (dataDir) => {
    const { startSendgrid } = await import('@insula/local-sendgrid/server')
    return startSendgrid({ port: 0, dataDir, apiKey: process.env.SENDGRID_API_KEY ?? '' })
  })
}

/** The same with a Stripe. */
export function onOwnStripe(): () => StripeControl {
  return own('STRIPE_API_BASE', async (dataDir) => {
    const { startStripe } = await import('@insula/local-stripe/server')
    return startStripe({ port: 0, dataDir, apiKey: process.env.STRIPE_SECRET_KEY ?? '' })
  })
}

/** The same with an object store, with the product's bucket in it. */
export function onOwnS3(): () => S3Control {
  return own('S3_ENDPOINT', async (dataDir) => {
    const { startS3 } = await import('@insula/local-s3/server')
    const { S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = process.env
    return startS3({
      port: 0,
      dataDir,
      buckets: [S3_BUCKET ?? ''],
      region: S3_REGION ?? '',
      accessKeyId: S3_ACCESS_KEY_ID ?? '',
      secretAccessKey: S3_SECRET_ACCESS_KEY ?? '',
    })
  })
}

interface Server<Control> {
  url: string
  control: Control
  close(): Promise<void>
}

function own<Control extends { reset(): Promise<void> }>(
  variable: string,
  start: (dataDir: string) => Promise<Server<Control>>,
): () => Control {
  let dataDir: string
  let server: Server<Control> | undefined
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'insula-vendor-'))
    server = await start(dataDir)
    process.env[variable] = server.url
  })
  beforeEach(() => server?.control.reset())
  afterAll(async () => {
    await server?.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  return () => {
    if (!server) throw new Error('Ask for the control inside a test')
    return server.control
  }
}

/** Stripe's own client on the Stripe of this test file: for what a person does in Stripe's dashboard or portal. */
export function stripeClient(): Stripe {
  const url = new URL(process.env.STRIPE_API_BASE ?? '')
  return new Stripe(process.env.STRIPE_SECRET_KEY ?? '', {
    protocol: 'http',
    host: url.hostname,
    port: url.port,
    maxNetworkRetries: 0,
  })
}
