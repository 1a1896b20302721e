import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const address = (example: string) =>
  z
    .string()
    .regex(/^https?:\/\/[^/]+\/?$/, 'must be an http(s) address without a path')
    .meta({ example })

const MailEnv = z.object({
  SENDGRID_API_KEY: z
    .string()
    .startsWith('SG.', 'must start with SG.')
    .meta({ example: 'SG.xxxxxxxxxxxxxxxxxxxxxx.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' }),
  /** SendGrid's own address when left out. */
  SENDGRID_API_BASE: address('https://api.eu.sendgrid.com').optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^(?:[^<>\r\n]+ <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
      'must be an address or Name <address>',
    )
    .meta({ example: 'Insula <hello@example.com>' }),
})
/** What sending mail needs. */
export const mailEnv = () => readEnv(MailEnv)

/** Where mails are handed in; a process that only asks whether anybody is there needs no key. */
export const mailOrigin = () =>
  readEnv(MailEnv.pick({ SENDGRID_API_BASE: true })).SENDGRID_API_BASE ?? 'https://api.sendgrid.com'

const StripeEnv = z.object({
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_/, 'must be a secret or restricted key of Stripe')
    .meta({ example: 'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx' }),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .startsWith('whsec_', 'must start with whsec_')
    .meta({ example: 'whsec_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }),
  /** Stripe's own address when left out. */
  STRIPE_API_BASE: address('https://api.stripe.com').optional(),
})
/** What charging through Stripe and hearing from it needs. */
export const stripeEnv = () => readEnv(StripeEnv)

const ObjectStoreEnv = z.object({
  S3_ENDPOINT: z.url('must be an address').meta({ example: 'https://s3.eu-central-1.amazonaws.com' }),
  S3_PUBLIC_ENDPOINT: z
    .url('must be an address')
    .optional()
    .meta({ example: 'https://files.example.com', description: 'Where browsers reach it, if elsewhere' }),
  S3_REGION: z.string().meta({ example: 'eu-central-1' }),
  S3_BUCKET: z.string().meta({ example: 'insula-files' }),
  S3_ACCESS_KEY_ID: z.string().meta({ example: 'AKIA…' }),
  S3_SECRET_ACCESS_KEY: z.string().meta({ example: '(from your provider)' }),
})

export const objectStoreEnv = () => readEnv(ObjectStoreEnv)
