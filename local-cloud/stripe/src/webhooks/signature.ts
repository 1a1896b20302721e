import { createHmac } from 'node:crypto'

/** The `Stripe-Signature` of https://docs.stripe.com/webhooks#verify-manually; several secrets give several `v1`. */
export function signatureOf(body: string, secrets: string[], at = Math.floor(Date.now() / 1000)): string {
  const signed = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`,
  )
  return [`t=${at}`, ...signed].join(',')
}
