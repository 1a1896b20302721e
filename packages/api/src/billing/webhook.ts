import { Refusal } from '@insula/contracts'
import { receiveStripeEvent } from '@insula/core/billing'
import { startUp } from '@insula/core/wiring/start-up'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

const maxBodyBytes = 1024 * 1024

/**
 * Where Stripe calls: `POST /api/webhooks/stripe`. Whoever signs is let in, so it stands before sessions and origin
 * checks. Answers 200 once the event is stored, 400 to what is not signed, 413 above 1 MiB; anything else is our
 * trouble, upon which Stripe calls again. https://docs.stripe.com/webhooks
 */
export function stripeWebhook() {
  const tooLarge = () => {
    throw new Refusal('too_large', `A webhook may have at most ${maxBodyBytes} bytes.`)
  }
  return new Hono().post('/', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), async (c) => {
    await startUp()
    // The signature is over these very bytes: nothing may parse and write them anew before it is checked.
    const body = new Uint8Array(await c.req.arrayBuffer())
    await receiveStripeEvent(body, c.req.header('stripe-signature'))
    return c.json({ received: true })
  })
}
