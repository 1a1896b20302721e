import { newDiscounts } from '../billing/discounts.ts'
import { productName, subscribe } from '../billing/subscribe.ts'
import type { Card } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { mergeMetadata } from '../http/list.ts'
import { endAuthentication, needsAuthentication, rememberAuthentication } from '../payments/charges.ts'
import { confirmIntent, createIntent } from '../payments/intents.ts'
import type { Kinds } from '../store.ts'
import { planOf, type Session } from './checkout-lines.ts'
import { createCustomer } from './customers.ts'
import { paymentFailed } from './payment-intents.ts'
import { makeCard } from './payment-methods.ts'
import { confirmSetup, createSetup } from './setup-intents.ts'

export interface Form {
  card: Card
  email?: string
  name?: string
  promotionCode?: string
}

interface Filled {
  method: string
  email: string | null
  name: string | null
  promotionCode: string | null
}

/**
 * The page was filled in. Either the session completes, or the bank wants the person to authenticate first
 * (`finishCheckout` then ends it), or the card is refused: a `card_error` is thrown and the session stays open.
 */
export function submitCheckout(
  cloud: Cloud,
  session: Session,
  form: Form,
): { authenticate: boolean; session: Session } {
  requireOpen(session)
  const known = session.customer ? cloud.store.get('customer', session.customer) : undefined
  const email = known?.email ?? session.customer_email ?? (form.email || null)
  if (email === null) throw refuse('Enter your e-mail address.', { param: 'email' })
  const name = form.name || null
  const method = makeCard(cloud, form.card, { email, name })
  const filled: Filled = { method: method.id, email, name, promotionCode: form.promotionCode?.trim() || null }
  cloud.store.setNote(`checkout-filled:${session.id}`, filled)
  if (needsAuthentication(cloud, method.id)) return { authenticate: true, session }
  return { authenticate: false, session: complete(cloud, session, filled) }
}

/** The person has authenticated with the bank. */
export function finishCheckout(cloud: Cloud, session: Session): Session {
  requireOpen(session)
  const filled = cloud.store.note<Filled>(`checkout-filled:${session.id}`)
  if (!filled) throw refuse('This session waits for card details first.')
  rememberAuthentication(cloud, filled.method)
  return complete(cloud, session, filled)
}

function requireOpen(session: Session): void {
  if (session.status === 'open') return
  throw refuse(`This Checkout Session is ${session.status}.`, { code: 'checkout_session_not_open' })
}

function complete(cloud: Cloud, session: Session, filled: Filled): Session {
  const customer = customerOf(cloud, session, filled)
  const done =
    session.mode === 'subscription'
      ? startSubscription(cloud, session, filled, customer!)
      : session.mode === 'setup'
        ? saveCard(cloud, session, filled, customer)
        : takePayment(cloud, session, filled, customer)
  endAuthentication(cloud, filled.method)
  const customer_details = {
    address: null,
    business_name: null,
    email: filled.email,
    individual_name: null,
    name: filled.name,
    phone: null,
    tax_exempt: 'none' as const,
    tax_ids: [],
  }
  return cloud.change(
    session,
    { ...done, customer: customer?.id ?? null, customer_details, status: 'complete', url: null },
    'checkout.session.completed',
  )
}

function customerOf(cloud: Cloud, session: Session, filled: Filled): Kinds['customer'] | undefined {
  if (session.customer) return cloud.need('customer', session.customer)
  if (session.mode !== 'subscription' && session.customer_creation === 'if_required') return undefined
  const { email, name } = filled
  return createCustomer(cloud, { ...(email ? { email } : {}), ...(name ? { name } : {}) })
}

function startSubscription(
  cloud: Cloud,
  session: Session,
  filled: Filled,
  customer: Kinds['customer'],
): Partial<Session> {
  const plan = planOf(cloud, session)
  const data = plan.subscription ?? {}
  const now = cloud.now(customer.id)
  const trialEnd = data.trial_period_days ? now + data.trial_period_days * 86_400 : (data.trial_end ?? null)
  const setup = createSetup(cloud, { customer: customer.id })
  confirmSetup(cloud, setup, filled.method)
  rememberAuthentication(cloud, filled.method)
  const priced = plan.lines.map((line) => ({
    price: cloud.need('price', line.price),
    quantity: line.quantity,
  }))
  const codes = filled.promotionCode
    ? [...plan.discounts, { promotion_code: codeId(cloud, filled.promotionCode) }]
    : plan.discounts
  const subscription = subscribe(cloud, {
    customer,
    items: priced.filter(({ price }) => price.recurring),
    extras: priced.filter(({ price }) => !price.recurring),
    metadata: mergeMetadata({}, data.metadata),
    description: data.description ?? null,
    method: filled.method,
    trialEnd,
    missingMethodAtTrialEnd: data.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    discounts: newDiscounts(cloud, codes, { customer: customer.id, session: session.id }),
    paymentBehavior: 'error_if_incomplete',
  })
  const invoice = cloud.need('invoice', subscription.latest_invoice!)
  return {
    ...amounts(session, invoice.subtotal, invoice.total),
    invoice: invoice.id,
    payment_status: invoice.amount_paid > 0 ? 'paid' : 'no_payment_required',
    subscription: subscription.id,
  }
}

function codeId(cloud: Cloud, code: string): string {
  const found = cloud.store
    .all('promotion_code')
    .find((one) => one.code.toLowerCase() === code.toLowerCase() && one.active)
  if (!found) throw refuse('This promotion code does not exist.', { param: 'promotionCode' })
  return found.id
}

function saveCard(
  cloud: Cloud,
  session: Session,
  filled: Filled,
  customer: Kinds['customer'] | undefined,
): Partial<Session> {
  const plan = planOf(cloud, session)
  const setup = createSetup(cloud, {
    customer: customer?.id ?? null,
    description: plan.setup?.description ?? null,
    metadata: mergeMetadata({}, plan.setup?.metadata),
  })
  return { setup_intent: confirmSetup(cloud, setup, filled.method).id }
}

function takePayment(
  cloud: Cloud,
  session: Session,
  filled: Filled,
  customer: Kinds['customer'] | undefined,
): Partial<Session> {
  const plan = planOf(cloud, session)
  const before = session.payment_intent ? cloud.need('payment_intent', session.payment_intent) : undefined
  const first = plan.lines[0] && cloud.need('price', plan.lines[0].price)
  const intent =
    before ??
    createIntent(cloud, {
      amount: session.amount_total ?? 0,
      currency: session.currency ?? 'usd',
      customer: customer?.id ?? null,
      description: plan.payment?.description ?? (first ? productName(cloud, first) : null),
      metadata: mergeMetadata({}, plan.payment?.metadata),
      receiptEmail: filled.email,
      setupFutureUsage: plan.payment?.setup_future_usage ?? null,
    })
  cloud.store.put({ ...session, payment_intent: intent.id })
  const after = confirmIntent(cloud, intent, { method: filled.method })
  if (after.status !== 'succeeded') throw paymentFailed(after)
  return { payment_intent: intent.id, payment_status: 'paid' }
}

function amounts(session: Session, subtotal: number, total: number): Partial<Session> {
  return {
    amount_subtotal: subtotal,
    amount_total: total,
    total_details: { ...session.total_details!, amount_discount: subtotal - total },
  }
}
