import Stripe from 'stripe'
import type { stripeEnv } from '../env.ts'
import {
  type CustomerData,
  NotSigned,
  type PayerData,
  type StripeProvider,
  StripeRefused,
} from './contract.ts'
import { found, isMissing, once, reached, translated } from './errors.ts'
import { asEvent, idOf, readEvent } from './event.ts'
import { asCheckout, asInvoice, asSubscription } from './objects.ts'
import { openPortal } from './portal.ts'
import { pushPrice, pushProduct, retirePrices } from './prices.ts'

const timeoutMs = 10_000
/** How old a signed webhook may be: Stripe's own advice. */
const toleranceSeconds = 300

/** Stripe, with the API version that the SDK was made for, https://docs.stripe.com/api */
export function connectStripe(env: ReturnType<typeof stripeEnv>): StripeProvider {
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

    retirePrices: (place) => reached(retirePrices(stripe, place)),

    async createCustomer(operationId, customer) {
      const create = (data: CustomerData, id: string) =>
        reached(
          stripe.customers.create({ ...payerOf(data), metadata: { tenantId: data.tenantId } }, once(id)),
        )
      const made = await create(customer, operationId).catch((error: unknown) => {
        if (!isBadEmail(error)) throw error
        return create({ ...customer, email: null }, `${operationId}:no-email`)
      })
      return made.id
    },

    async hasCustomer(customerId) {
      return (await found(reached(stripe.customers.retrieve(customerId)))) !== null
    },

    async changeCustomer(customerId, payer) {
      const change = (data: PayerData) =>
        // An empty address takes the former one away.
        reached(stripe.customers.update(customerId, { email: '', ...payerOf(data) }))
      const changing = change(payer).catch((error: unknown) => {
        if (!isBadEmail(error)) throw error
        return change({ ...payer, email: null })
      })
      return (await found(changing)) !== null
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
      const session = await found(reached(stripe.checkout.sessions.retrieve(sessionId)))
      return session && asCheckout(session)
    },

    async expireCheckout(sessionId) {
      await reached(stripe.checkout.sessions.expire(sessionId))
    },

    async createPortal(operationId, { customerId, returnUrl }) {
      const session = { customer: customerId, return_url: returnUrl }
      return reached(openPortal(stripe, operationId, session))
    },

    async listSubscriptions(customerId) {
      const list = stripe.subscriptions.list({ customer: customerId, status: 'all', limit: 100 })
      const all = await reached(list.autoPagingToArray({ limit: 1_000 })).catch((error: unknown) => {
        if (isMissing(error)) return null
        throw error
      })
      return all?.map(asSubscription).sort(newestFirst) ?? null
    },

    async cancelSubscription(subscriptionId) {
      await found(reached(stripe.subscriptions.cancel(subscriptionId)))
    },

    async resumeSubscription(operationId, subscriptionId) {
      const params = { payment_behavior: 'resume_on_payment_success' } as const
      const { latest_invoice: invoice } = await reached(
        stripe.subscriptions.resume(subscriptionId, params, once(operationId)),
      )
      return idOf(invoice)
    },

    async readInvoice(invoiceId) {
      const invoice = await found(reached(stripe.invoices.retrieve(invoiceId)))
      return invoice && asInvoice(invoice)
    },

    async readWebhook(body, signature) {
      const { STRIPE_WEBHOOK_SECRET: secret } = env
      const verifier = stripe.webhooks.signature
      if (!verifier) throw new NotSigned('Nothing can check signatures')
      try {
        await verifier.verifyHeaderAsync(body, signature, secret, toleranceSeconds)
      } catch (error) {
        throw new NotSigned((error as Error).message)
      }
      return readEvent(new TextDecoder().decode(body))
    },

    async *listEvents(from, types) {
      const created = { gte: Math.floor(from.getTime() / 1_000) }
      const list = stripe.events.list({ created, types: [...types], limit: 100 })
      try {
        for await (const event of list) yield asEvent(event, JSON.stringify(event))
      } catch (error) {
        throw translated(error)
      }
    },
  }
}

const payerOf = ({ name, email, locale }: PayerData) => ({
  name,
  ...(email !== null && { email }),
  ...(locale !== null && { preferred_locales: [locale] }),
})

/** Stripe takes not every address that a mailbox can have; the way to pay stays open without it. */
const isBadEmail = (error: unknown) =>
  error instanceof StripeRefused && (error.code === 'email_invalid' || error.param === 'email')

/** Stripe's lists go by second; the id settles which of two in one second comes first, always the same way. */
const newestFirst = (one: { createdAt: Date; id: string }, other: { createdAt: Date; id: string }) =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1)

function addressOf(base: string | undefined): Stripe.StripeConfig {
  if (base === undefined) return {}
  const url = new URL(base)
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443) }
}
