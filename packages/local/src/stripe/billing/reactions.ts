import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { cancelNow } from './cancel.ts'

type Invoice = Kinds['invoice']

/** Days after each failed attempt until the next; after the last the subscription is cancelled. */
export const retryAfterDays = [3, 5, 7]

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
  if (!['incomplete', 'past_due', 'unpaid'].includes(subscription.status)) return
  const keeps = subscription.payment_settings?.save_default_payment_method === 'on_subscription'
  const patch: Partial<Kinds['subscription']> = { status: 'active' }
  if (keeps && intent?.payment_method) patch.default_payment_method = intent.payment_method
  cloud.change(subscription, patch, 'customer.subscription.updated')
}

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
  if (!subscription || subscription.status === 'incomplete' || subscription.status === 'canceled')
    return failed
  if (wait === undefined) cancelNow(cloud, subscription, { reason: 'payment_failed' })
  else cloud.change(subscription, { status: 'past_due' }, 'customer.subscription.updated')
  return failed
}
