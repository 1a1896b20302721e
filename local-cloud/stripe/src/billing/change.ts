import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { notImplemented, refuse } from '../http/errors.ts'
import { mergeMetadata } from '../http/list.ts'
import { paymentFailed } from '../payments/endings.ts'
import { requireAttached } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { newDiscounts } from './discounts.ts'
import { paymentOf } from './invoice-payment.ts'
import { newItem, pricedAs, recurringPrice, withItems } from './items.ts'
import { type Item, priceOf } from './lines.ts'
import type { Payment } from './pay.ts'
import { boundaryAfter } from './periods.ts'
import { invoicePending, type Proration, proration, queueProrations } from './prorate.ts'
import { startPeriod } from './renew.ts'

type Subscription = Kinds['subscription']
type Update = Sent<Stripe.SubscriptionUpdateParams>
type SentItem = NonNullable<Update['items']>[number]

/** Applies an update: plain fields, cancellation marks, then items with their prorations. */
export function changeSubscription(cloud: Cloud, subscription: Subscription, params: Update): Subscription {
  if (['canceled', 'incomplete_expired'].includes(subscription.status)) {
    throw refuse('A canceled subscription can only update its cancellation_details and metadata.', {
      code: 'resource_missing',
    })
  }
  if (params.default_payment_method)
    requireAttached(cloud, params.default_payment_method, subscription.customer, 'default_payment_method')
  if (params.payment_behavior === 'pending_if_incomplete')
    throw notImplemented('payment_behavior=pending_if_incomplete')
  const now = cloud.now(subscription.customer)
  const at = params.proration_date ?? now
  const payment = { offSession: params.off_session ?? false }
  const patch: Partial<Subscription> = {
    ...plainFields(subscription, params),
    ...cancellation(subscription, params, now),
  }
  if (params.discounts !== undefined) {
    patch.discounts = newDiscounts(cloud, params.discounts || [], {
      customer: subscription.customer,
      subscription: subscription.id,
    })
  }
  const changed = params.items ? changeItems(cloud, subscription, params.items, at) : undefined
  if (changed) Object.assign(patch, withItems({ ...subscription, ...patch }, changed.items))
  const updated = cloud.change(subscription, patch, 'customer.subscription.updated')
  if (params.trial_end !== undefined) return moveTrialEnd(cloud, updated, params.trial_end, payment)
  if (params.billing_cycle_anchor?.type === 'now' || changed?.newCycle) {
    if (changed && params.proration_behavior !== 'none') queueProrations(cloud, updated, changed.credits)
    return insisting(cloud, params, startPeriod(cloud, updated, now, payment))
  }
  if (!changed || params.proration_behavior === 'none' || subscription.status === 'trialing') return updated
  queueProrations(cloud, updated, [...changed.credits, ...changed.debits])
  if (params.proration_behavior !== 'always_invoice') return updated
  invoicePending(cloud, updated, payment)
  return insisting(cloud, params, cloud.need('subscription', subscription.id))
}

/** With `error_if_incomplete` a change that could not be paid did not happen: the error undoes it all. */
function insisting(cloud: Cloud, params: Update, changed: Subscription): Subscription {
  if (params.payment_behavior !== 'error_if_incomplete') return changed
  const invoice = cloud.need('invoice', changed.latest_invoice ?? '')
  if (invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return changed
  const link = paymentOf(cloud, invoice)
  const intent = link && cloud.need('payment_intent', link.intent)
  if (intent?.last_payment_error) throw paymentFailed(intent, false)
  throw refuse('The invoice for this change could not be paid.', { code: 'resource_missing' })
}

function plainFields(subscription: Subscription, params: Update): Partial<Subscription> {
  const patch: Partial<Subscription> = { metadata: mergeMetadata(subscription.metadata, params.metadata) }
  if (params.description !== undefined) patch.description = params.description || null
  if (params.default_payment_method) patch.default_payment_method = params.default_payment_method
  if (params.collection_method) patch.collection_method = params.collection_method
  if (params.days_until_due !== undefined) patch.days_until_due = params.days_until_due
  return patch
}

function cancellation(subscription: Subscription, params: Update, now: number): Partial<Subscription> {
  const patch: Partial<Subscription> = {}
  if (params.cancel_at_period_end !== undefined) {
    const ends = Math.min(...subscription.items.data.map((item) => item.current_period_end))
    patch.cancel_at_period_end = params.cancel_at_period_end
    patch.cancel_at = params.cancel_at_period_end ? ends : null
    patch.canceled_at = params.cancel_at_period_end ? now : null
  }
  if (params.cancel_at !== undefined) {
    const at = momentOf(subscription, params.cancel_at)
    if (at !== null && at <= now) throw refuse('cancel_at must be in the future.', { param: 'cancel_at' })
    patch.cancel_at = at
    patch.cancel_at_period_end = false
    patch.canceled_at = at ? now : null
  }
  const { comment, feedback } = params.cancellation_details ?? {}
  const reason = patch.canceled_at ? 'cancellation_requested' : patch.canceled_at === null ? null : undefined
  if (comment === undefined && feedback === undefined && reason === undefined) return patch
  const before = subscription.cancellation_details
  patch.cancellation_details = {
    comment: comment === undefined ? (before?.comment ?? null) : comment || null,
    feedback: feedback === undefined ? (before?.feedback ?? null) : feedback || null,
    feedback_option: null,
    reason: reason === undefined ? (before?.reason ?? null) : reason,
  }
  return patch
}

function momentOf(subscription: Subscription, cancelAt: NonNullable<Update['cancel_at']>): number | null {
  if (cancelAt === '') return null
  if (typeof cancelAt === 'number') return cancelAt
  const ends = subscription.items.data.map((item) => item.current_period_end)
  if (cancelAt === 'min_period_end') return Math.min(...ends)
  if (cancelAt === 'max_period_end') return Math.max(...ends)
  throw notImplemented(`cancel_at=${cancelAt}`, 'cancel_at')
}

interface Changed {
  items: Item[]
  credits: Proration[]
  debits: Proration[]
  /** The interval is another: a new cycle starts now. */
  newCycle: boolean
}

function changeItems(cloud: Cloud, subscription: Subscription, sent: SentItem[], at: number): Changed {
  const changed: Changed = { items: [...subscription.items.data], credits: [], debits: [], newCycle: false }
  for (const [index, one] of sent.entries()) {
    const param = `items[${index}]`
    if (!one.id) addItem(cloud, subscription, changed, one, at, param)
    else changeItem(cloud, changed, one, at, param)
  }
  if (changed.items.length === 0)
    throw refuse('A subscription must have at least one active item.', { param: 'items' })
  return changed
}

function addItem(
  cloud: Cloud,
  subscription: Subscription,
  changed: Changed,
  sent: SentItem,
  at: number,
  param: string,
): void {
  const price = recurringPrice(cloud, sent.price ?? '', `${param}[price]`, changed.items)
  if (changed.items.some((item) => item.price.id === price.id)) {
    throw refuse(`Cannot add multiple subscription items with the same plan: ${price.id}`, {
      param: `${param}[price]`,
    })
  }
  const end = boundaryAfter(subscription.billing_cycle_anchor, price.recurring!, at)
  const item = newItem(
    subscription.id,
    price,
    sent.quantity,
    { start: at, end },
    mergeMetadata({}, sent.metadata),
  )
  changed.items.push(item)
  // The whole period's price for the part that is left, as if the item had been there from the period's start.
  const start = changed.items[0]?.current_period_start ?? at
  push(changed.debits, proration(cloud, { ...item, current_period_start: start }, at, 1))
}

function changeItem(cloud: Cloud, changed: Changed, sent: SentItem, at: number, param: string): void {
  const index = changed.items.findIndex((item) => item.id === sent.id)
  const before = changed.items[index]
  if (!before)
    throw refuse(`No such subscription item: '${sent.id}'`, {
      code: 'resource_missing',
      param: `${param}[id]`,
    })
  if (sent.deleted) {
    changed.items.splice(index, 1)
    push(changed.credits, proration(cloud, before, at, -1))
    return
  }
  const others = changed.items.filter((item) => item !== before)
  const price = sent.price ? recurringPrice(cloud, sent.price, `${param}[price]`, others) : priceOf(before)
  const after: Item = {
    ...before,
    ...pricedAs(price),
    metadata: mergeMetadata(before.metadata, sent.metadata),
    ...(sent.quantity === undefined ? {} : { quantity: sent.quantity }),
  }
  changed.items[index] = after
  if (price.id === before.price.id && after.quantity === before.quantity) return
  const was = priceOf(before).recurring!
  if (was.interval !== price.recurring!.interval || was.interval_count !== price.recurring!.interval_count)
    changed.newCycle = true
  push(changed.credits, proration(cloud, before, at, -1))
  push(changed.debits, proration(cloud, after, at, 1))
}

function push(to: Proration[], one: Proration | undefined): void {
  if (one) to.push(one)
}

function moveTrialEnd(
  cloud: Cloud,
  subscription: Subscription,
  end: number | 'now',
  payment: Payment,
): Subscription {
  const now = cloud.now(subscription.customer)
  if (end === 'now') {
    const ended = cloud.change(subscription, { trial_end: now, status: 'active' }, undefined)
    return startPeriod(cloud, ended, now, payment)
  }
  if (end <= now) throw refuse('trial_end must be in the future.', { param: 'trial_end' })
  const items = subscription.items.data.map((item) => ({ ...item, current_period_end: end }))
  return cloud.change(
    subscription,
    {
      billing_cycle_anchor: end,
      ...withItems(subscription, items),
      status: 'trialing',
      trial_end: end,
      trial_start: subscription.trial_start ?? now,
    },
    'customer.subscription.updated',
  )
}

/**
 * Takes a paused subscription up again: a period begins now, and its invoice is collected at once. With
 * `resume_on_payment_success` the subscription stays paused until that invoice is paid.
 */
export function resumePaused(
  cloud: Cloud,
  subscription: Subscription,
  params: Sent<Stripe.SubscriptionResumeParams>,
): Subscription {
  if (subscription.status !== 'paused') {
    throw refuse(`This subscription cannot be resumed: it is ${subscription.status}, not paused.`)
  }
  const now = cloud.now(subscription.customer)
  if (params.payment_behavior === 'resume_on_payment_success') return startPeriod(cloud, subscription, now)
  const active = cloud.change(subscription, { status: 'active' }, 'customer.subscription.resumed')
  return startPeriod(cloud, active, now)
}
