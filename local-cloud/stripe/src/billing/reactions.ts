import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { cancelNow } from './cancel.ts'

type Invoice = Kinds['invoice']

/** Days after each failed attempt until the next; after the last comes what `DunningEnd` says. */
const retryAfterDays = [3, 5, 7]

const subscriptionOf = (cloud: Cloud, invoice: Invoice): Kinds['subscription'] | undefined => {
  const id = invoice.parent?.subscription_details?.subscription
  return id ? cloud.store.get('subscription', id) : undefined
}

/** A paid invoice wakes its subscription. */
export function afterPaid(cloud: Cloud, invoice: Invoice, intent: Kinds['payment_intent'] | null): void {
  const customer = cloud.store.get('customer', invoice.customer ?? '')
  const others = cloud.store
    .all('invoice', { customer: invoice.customer ?? undefined })
    .some((one) => one.status === 'open' && one.attempted && one.id !== invoice.id)
  if (customer?.delinquent && !others) cloud.change(customer, { delinquent: false }, 'customer.updated')
  const subscription = subscriptionOf(cloud, invoice)
  if (!subscription || subscription.latest_invoice !== invoice.id) return
  if (!['incomplete', 'past_due', 'unpaid', 'paused'].includes(subscription.status)) return
  const keeps = subscription.payment_settings?.save_default_payment_method === 'on_subscription'
  const patch: Partial<Kinds['subscription']> = { status: 'active' }
  if (keeps && intent?.payment_method) patch.default_payment_method = intent.payment_method
  const event = subscription.status === 'paused' ? 'resumed' : 'updated'
  cloud.change(subscription, patch, `customer.subscription.${event}`)
}

/** What the dashboard is set to do with a subscription once every retry has failed. */
export type DunningEnd = 'cancel' | 'unpaid' | 'past_due'
export const dunningEnd = 'dunning:end'

/** A failed attempt to collect: the next one is planned, or dunning ends with the subscription. */
export function afterFailed(cloud: Cloud, invoice: Invoice): Invoice {
  const attempts = invoice.attempt_count + 1
  const wait = invoice.billing_reason === 'subscription_create' ? undefined : retryAfterDays[attempts - 1]
  const now = cloud.now(invoice.customer)
  const failed = cloud.change(
    invoice,
    {
      attempt_count: attempts,
      attempted: true,
      next_payment_attempt: wait === undefined ? null : now + wait * 86_400,
    },
    'invoice.payment_failed',
  )
  const customer = cloud.store.get('customer', invoice.customer ?? '')
  if (customer && !customer.delinquent) cloud.change(customer, { delinquent: true }, 'customer.updated')
  const subscription = subscriptionOf(cloud, failed)
  if (!subscription || ['incomplete', 'canceled', 'paused'].includes(subscription.status)) return failed
  const end = cloud.store.note<DunningEnd>(dunningEnd) ?? 'cancel'
  if (wait === undefined && end === 'cancel') {
    cancelNow(cloud, subscription, { reason: 'payment_failed' })
    return failed
  }
  const status = wait === undefined && end === 'unpaid' ? 'unpaid' : 'past_due'
  cloud.change(subscription, { status }, 'customer.subscription.updated')
  return failed
}
