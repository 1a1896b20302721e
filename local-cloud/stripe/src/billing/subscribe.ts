import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { newId } from '../ids.ts'
import { paymentFailed } from '../payments/endings.ts'
import type { Kinds } from '../store.ts'
import { cancelNow } from './cancel.ts'
import { lasting } from './discounts.ts'
import { createInvoice, finalizeInvoice } from './invoices.ts'
import { itemList, newItem } from './items.ts'
import { amountOf, type Line, newLine, type Price, periodLine, priceOf, productName } from './lines.ts'
import { share } from './money.ts'
import { collect } from './pay.ts'
import { boundaryAfter, plus } from './periods.ts'

type Subscription = Kinds['subscription']

export interface NewSubscription {
  customer: Kinds['customer']
  items: { price: Price; quantity?: number | undefined; metadata?: Record<string, string> }[]
  /** One-time prices that go on the first invoice. */
  extras?: { price: Price; quantity: number }[]
  metadata?: Record<string, string>
  description?: string | null
  method?: string | null
  collectionMethod?: string
  daysUntilDue?: number | null
  trialEnd?: number | null
  missingMethodAtTrialEnd?: string
  anchor?: number | null
  cancelAt?: number | null
  cancelAtPeriodEnd?: boolean
  discounts?: string[]
  paymentBehavior?: string
  offSession?: boolean
  returnUrl?: string | null
  /** Keeps the card that pays the first invoice as the subscription's own. */
  savesMethod?: boolean
}

/**
 * Starts a subscription with its first invoice. `paymentBehavior` decides what a first payment that fails
 * leaves behind: an incomplete subscription, or (`error_if_incomplete`) nothing but the error.
 */
export function subscribe(cloud: Cloud, from: NewSubscription): Subscription {
  const made = cloud.create(begin(cloud, from))
  for (const discount of made.discounts) {
    const stored = cloud.need('discount', discount)
    cloud.store.put({ ...stored, subscription: made.id })
  }
  const lines = [...firstLines(cloud, made), ...(from.extras ?? []).map((extra) => extraLine(cloud, extra))]
  const draft = createInvoice(cloud, {
    customer: from.customer,
    currency: made.currency,
    lines,
    reason: 'subscription_create',
    subscription: made,
    collectionMethod: made.collection_method,
    daysUntilDue: made.days_until_due,
  })
  if (draft.total_discount_amounts?.length) {
    cloud.change(cloud.need('subscription', made.id), { discounts: lasting(cloud, made.discounts) })
  }
  cloud.emit('customer.subscription.created', cloud.need('subscription', made.id))
  const invoice = finalizeInvoice(cloud, draft)
  const waits = from.paymentBehavior === 'default_incomplete' || made.collection_method === 'send_invoice'
  if (invoice.status === 'open' && !waits) {
    const { intent } = collect(cloud, invoice, {
      offSession: from.offSession ?? false,
      returnUrl: from.returnUrl ?? null,
    })
    if (intent?.status !== 'succeeded' && from.paymentBehavior === 'error_if_incomplete') {
      if (intent?.last_payment_error) throw paymentFailed(intent, false)
      throw refuse('This customer has no attached payment source or default payment method.', {
        code: 'resource_missing',
      })
    }
  }
  return cloud.need('subscription', made.id)
}

function begin(cloud: Cloud, from: NewSubscription): Subscription {
  const id = newId('sub')
  const now = cloud.now(from.customer.id)
  const trialing = from.trialEnd != null && from.trialEnd > now
  const anchor = trialing ? from.trialEnd! : (from.anchor ?? now)
  const items = from.items.map(({ price, quantity, metadata }) => {
    const end = trialing ? anchor : boundaryAfter(anchor, price.recurring!, now)
    return newItem(id, price, quantity, { start: now, end }, metadata ?? {})
  })
  const first = items[0]
  if (!first) throw refuse('Missing required param: items.', { code: 'parameter_missing', param: 'items' })
  const collection_method = from.collectionMethod ?? 'charge_automatically'
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: from.cancelAtPeriodEnd ? first.current_period_end : (from.cancelAt ?? null),
    cancel_at_period_end: from.cancelAtPeriodEnd ?? false,
    canceled_at: from.cancelAtPeriodEnd || from.cancelAt ? now : null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method,
    created: now,
    currency: priceOf(first).currency,
    customer: from.customer.id,
    customer_account: null,
    days_until_due: from.daysUntilDue ?? null,
    default_payment_method: from.method ?? null,
    default_source: null,
    default_tax_rates: [],
    description: from.description ?? null,
    discounts: from.discounts ?? [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: itemList(id, items),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: from.metadata ?? {},
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: from.savesMethod ? 'on_subscription' : 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: trialing ? 'trialing' : collection_method === 'send_invoice' ? 'active' : 'incomplete',
    test_clock: from.customer.test_clock ?? null,
    transfer_data: null,
    trial_end: trialing ? anchor : null,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method: from.missingMethodAtTrialEnd ?? 'create_invoice',
      },
    },
    trial_start: trialing ? now : null,
  }
}

/** What a subscription's items ask for at the start: metered ones nothing, a first period cut short by the anchor its share. */
function firstLines(cloud: Cloud, subscription: Subscription): Line[] {
  const trial = subscription.status === 'trialing'
  return subscription.items.data
    .filter((item) => priceOf(item).recurring?.usage_type !== 'metered')
    .map((item) => {
      const { current_period_start: start, current_period_end: end } = item
      const line = periodLine(item, productName(cloud, priceOf(item)), { start, end }, trial)
      const whole = end - plus(end, priceOf(item).recurring!, -1)
      if (trial || end - start >= whole) return line
      const amount = share(line.amount, end - start, whole)
      return { ...line, amount, subtotal: amount }
    })
}

function extraLine(cloud: Cloud, { price, quantity }: { price: Price; quantity: number }): Line {
  const now = cloud.now()
  return newLine({
    amount: amountOf(price, quantity),
    currency: price.currency,
    description: productName(cloud, price),
    period: { start: now, end: now },
    price,
    quantity,
  })
}

/** A first invoice that nobody paid within 23 hours takes its subscription with it. */
export function expireIncomplete(cloud: Cloud, subscription: Subscription): void {
  cancelNow(cloud, subscription, { reason: 'payment_failed' })
}
