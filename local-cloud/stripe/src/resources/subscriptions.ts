import type Stripe from 'stripe'
import { cancelNow } from '../billing/cancel.ts'
import { changeSubscription, resumePaused } from '../billing/change.ts'
import { newDiscounts } from '../billing/discounts.ts'
import { recurringPrice } from '../billing/items.ts'
import { creditUnused } from '../billing/prorate.ts'
import { subscribe } from '../billing/subscribe.ts'
import type { Cloud } from '../cloud.ts'
import { notImplemented, refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { requireAttached } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Subscription = Kinds['subscription']

const daySeconds = 86_400

function create(cloud: Cloud, params: Sent<Stripe.SubscriptionCreateParams>): Subscription {
  if (!params.customer)
    throw refuse('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' })
  const customer = cloud.need('customer', params.customer, 'customer')
  const now = cloud.now(customer.id)
  if (params.default_payment_method)
    requireAttached(cloud, params.default_payment_method, customer.id, 'default_payment_method')
  if (params.cancel_at !== undefined && typeof params.cancel_at !== 'number') {
    throw notImplemented(`cancel_at=${params.cancel_at} for a new subscription`, 'cancel_at')
  }
  if (params.collection_method === 'send_invoice' && !params.days_until_due) {
    throw refuse('days_until_due is needed with collection_method=send_invoice.', { param: 'days_until_due' })
  }
  const trialEnd = params.trial_period_days
    ? now + params.trial_period_days * daySeconds
    : typeof params.trial_end === 'number'
      ? params.trial_end
      : null
  if (trialEnd !== null && trialEnd <= now)
    throw refuse('trial_end must be in the future.', { param: 'trial_end' })
  const items = (params.items ?? []).map((item, index) => ({
    price: recurringPrice(cloud, item.price ?? '', `items[${index}][price]`),
    quantity: item.quantity,
    metadata: mergeMetadata({}, item.metadata),
  }))
  const extras = (params.add_invoice_items ?? []).map((extra, index) => ({
    price: cloud.need('price', extra.price ?? '', `add_invoice_items[${index}][price]`),
    quantity: extra.quantity ?? 1,
  }))
  const method = params.default_payment_method ?? customer.invoice_settings.default_payment_method
  const waits =
    params.payment_behavior === 'default_incomplete' || params.payment_behavior === 'allow_incomplete'
  const free = items.every(({ price }) => price.unit_amount === 0) && extras.length === 0
  const metered = items.every(({ price }) => price.recurring?.usage_type === 'metered') && extras.length === 0
  if (!method && !waits && !trialEnd && !free && !metered && params.collection_method !== 'send_invoice') {
    throw refuse(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      { code: 'resource_missing' },
    )
  }
  return subscribe(cloud, {
    customer,
    items,
    extras,
    metadata: mergeMetadata({}, params.metadata),
    description: params.description ?? null,
    method: params.default_payment_method ?? null,
    collectionMethod: params.collection_method ?? 'charge_automatically',
    daysUntilDue: params.days_until_due ?? null,
    trialEnd,
    missingMethodAtTrialEnd: params.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    anchor: params.billing_cycle_anchor ?? null,
    cancelAt: params.cancel_at ?? null,
    cancelAtPeriodEnd: params.cancel_at_period_end ?? false,
    discounts: newDiscounts(cloud, params.discounts || [], { customer: customer.id }),
    paymentBehavior: params.payment_behavior ?? 'allow_incomplete',
    offSession: params.off_session ?? false,
    savesMethod: params.payment_settings?.save_default_payment_method === 'on_subscription',
  })
}

function cancel(cloud: Cloud, params: Sent<Stripe.SubscriptionCancelParams>, id: string): Subscription {
  const subscription = cloud.need('subscription', id)
  if (['canceled', 'incomplete_expired'].includes(subscription.status)) {
    throw refuse(`No such subscription: '${id}'`, { code: 'resource_missing', param: 'id', status: 404 })
  }
  if (params.prorate) creditUnused(cloud, subscription, params.invoice_now ?? false)
  const { comment, feedback } = params.cancellation_details ?? {}
  return cancelNow(cloud, subscription, { comment: comment || null, feedback: feedback || null })
}

function list(cloud: Cloud, params: Sent<Stripe.SubscriptionListParams>): object {
  const { status, customer } = params
  // One that was deleted is still known, with what it subscribed to.
  if (customer && !cloud.store.tombstone('customer', customer)) cloud.need('customer', customer, 'customer')
  const rows = matching(cloud.store.all('subscription', { customer }), {
    collection_method: params.collection_method,
    ...(params.test_clock ? { test_clock: params.test_clock } : {}),
  }).filter((one) => {
    if (!within(one.created, params.created)) return false
    if (params.price && !one.items.data.some((item) => item.price.id === params.price)) return false
    if (status === 'all') return true
    if (status === 'ended') return one.status === 'canceled' || one.status === 'incomplete_expired'
    return status ? one.status === status : one.status !== 'canceled' && one.status !== 'incomplete_expired'
  })
  return listPage(rows, params, '/v1/subscriptions')
}

const createTakes =
  'add_invoice_items.price add_invoice_items.quantity billing_cycle_anchor cancel_at cancel_at_period_end collection_method customer days_until_due default_payment_method description discounts items.price items.quantity items.metadata metadata off_session payment_behavior payment_settings.save_default_payment_method trial_end trial_period_days trial_settings'
const updateTakes =
  'cancel_at cancel_at_period_end cancellation_details collection_method days_until_due default_payment_method description discounts items.id items.price items.quantity items.deleted items.metadata metadata off_session payment_behavior proration_behavior proration_date billing_cycle_anchor trial_end'

export const subscriptionRoutes = [
  route<Stripe.SubscriptionCreateParams>('POST /v1/subscriptions', createTakes, create),
  route('GET /v1/subscriptions/{}', '', (cloud, _params, id) => cloud.need('subscription', id!)),
  route<Stripe.SubscriptionUpdateParams>('POST /v1/subscriptions/{}', updateTakes, (cloud, params, id) =>
    changeSubscription(cloud, cloud.need('subscription', id!), params),
  ),
  route<Stripe.SubscriptionCancelParams>(
    'DELETE /v1/subscriptions/{}',
    'cancellation_details invoice_now prorate',
    (cloud, params, id) => cancel(cloud, params, id!),
  ),
  route<Stripe.SubscriptionResumeParams>(
    'POST /v1/subscriptions/{}/resume',
    'billing_cycle_anchor payment_behavior proration_behavior',
    (cloud, params, id) => {
      if (params.billing_cycle_anchor?.type === 'unchanged')
        throw notImplemented('billing_cycle_anchor=unchanged')
      return resumePaused(cloud, cloud.need('subscription', id!), params)
    },
  ),
  route<Stripe.SubscriptionListParams>(
    'GET /v1/subscriptions',
    'collection_method created customer price status test_clock',
    list,
  ),
]
