import { Away, answeredInTime } from '@insula/contracts/deadline'
import Stripe from 'stripe'
import type { paymentsEnv } from '../env.ts'
import { NotSigned, type Payments, PaymentsUnavailable, type PriceData } from './contract.ts'
import { asCheckout, asEvent, asInvoice, asSubscription } from './stripe-objects.ts'

const timeoutMs = 10_000
/** With its retries, one question may take this long; within a request, no longer than that has left. */
const longestMs = 45_000
/** How old a signed webhook may be: Stripe's own advice. */
const toleranceSeconds = 300

/** Stripe, with the API version that the SDK was made for, https://docs.stripe.com/api */
export function stripePayments(env: ReturnType<typeof paymentsEnv>): Payments {
  const stripe = new Stripe(env.STRIPE_SECRET_KEY, {
    ...addressOf(env.STRIPE_API_BASE),
    apiVersion: '2026-10-28.endive',
    timeout: timeoutMs,
    maxNetworkRetries: 2,
    telemetry: false,
    appInfo: { name: 'Insula' },
  })

  return {
    live: /^(sk|rk)_live_/.test(env.STRIPE_SECRET_KEY),

    async pushPrice(price) {
      await reached(pushProduct(stripe, price))
      return reached(pushPrice(stripe, price))
    },

    async createCustomer(operationId, { tenantId, name, email }) {
      const params = { name, ...(email !== null && { email }), metadata: { tenantId } }
      return (await reached(stripe.customers.create(params, once(operationId)))).id
    },

    async createCheckout(operationId, checkout) {
      const { tenantId } = checkout
      const session = await reached(
        stripe.checkout.sessions.create(
          {
            mode: 'subscription',
            customer: checkout.customerId,
            line_items: [{ price: checkout.priceId, quantity: 1 }],
            client_reference_id: tenantId,
            metadata: { tenantId, operationId },
            subscription_data: { metadata: { tenantId } },
            success_url: checkout.successUrl,
            cancel_url: checkout.cancelUrl,
          },
          once(operationId),
        ),
      )
      return asCheckout(session)
    },

    async readCheckout(sessionId) {
      return asCheckout(await reached(stripe.checkout.sessions.retrieve(sessionId)))
    },

    async createPortal(operationId, { customerId, returnUrl }) {
      const params = { customer: customerId, return_url: returnUrl }
      return (await reached(stripe.billingPortal.sessions.create(params, once(operationId)))).url
    },

    async listSubscriptions(customerId) {
      const list = stripe.subscriptions.list({ customer: customerId, status: 'all', limit: 100 })
      return (await reached(list)).data.map(asSubscription)
    },

    async readInvoice(invoiceId) {
      const invoice = await found(reached(stripe.invoices.retrieve(invoiceId)))
      return invoice && asInvoice(invoice)
    },

    async readWebhook(body, signature) {
      try {
        const secret = env.STRIPE_WEBHOOK_SECRET
        return asEvent(await stripe.webhooks.constructEventAsync(body, signature, secret, toleranceSeconds))
      } catch (error) {
        throw new NotSigned((error as Error).message)
      }
    },

    async *listEvents(from, types) {
      const created = { gte: Math.floor(from.getTime() / 1_000) }
      const list = stripe.events.list({ created, types: [...types], limit: 100 })
      try {
        for await (const event of list) yield asEvent(event)
      } catch (error) {
        throw translated(error)
      }
    },
  }
}

function addressOf(base: string | undefined): Stripe.StripeConfig {
  if (base === undefined) return {}
  const url = new URL(base)
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443) }
}

const once = (operationId: string): Stripe.RequestOptions => ({ idempotencyKey: operationId })

async function pushProduct(stripe: Stripe, { productId, name, description }: PriceData): Promise<void> {
  const known = await found(stripe.products.retrieve(productId))
  if (!known) {
    await stripe.products.create({ id: productId, name, description }, once(`create-product:${productId}`))
  } else if (known.name !== name || known.description !== description) {
    await stripe.products.update(productId, { name, description })
  }
}

/** A price never changes at Stripe: another amount is a new price, to which the lookup key moves. */
async function pushPrice(stripe: Stripe, price: PriceData): Promise<string> {
  const { productId, lookupKey, amount, currency } = price
  const { data } = await stripe.prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 })
  const [known] = data
  if (known?.unit_amount === amount && known.currency === currency && known.product === productId) {
    return known.id
  }
  // Named after what it replaces, so that going back to an earlier amount is a write of its own.
  const operationId = `create-price:${lookupKey}:${amount}:${currency}:after:${known?.id ?? 'none'}`
  const made = await stripe.prices.create(
    {
      product: productId,
      unit_amount: amount,
      currency,
      recurring: { interval: 'month' },
      lookup_key: lookupKey,
      transfer_lookup_key: true,
    },
    once(operationId),
  )
  return made.id
}

/** Null instead of a 404. */
async function found<Thing>(asked: Promise<Thing>): Promise<Thing | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return null
    throw error
  }
}

async function reached<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    // The SDK cannot be stopped, but its operation ids make it safe to ask again.
    return await answeredInTime(asked, longestMs, 'Stripe')
  } catch (error) {
    if (error instanceof Away) throw new PaymentsUnavailable(error.message, { cause: error })
    throw translated(error)
  }
}

function translated(error: unknown): unknown {
  const { StripeError, StripeConnectionError, StripeRateLimitError } = Stripe.errors
  if (!(error instanceof StripeError)) return error
  const passing =
    error instanceof StripeConnectionError ||
    error instanceof StripeRateLimitError ||
    (error.statusCode ?? 0) >= 500 ||
    error.statusCode === 409
  return passing ? new PaymentsUnavailable(error.message, { cause: error }) : error
}
