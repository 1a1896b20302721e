import { newDiscounts } from '../billing/discounts.ts'
import { productName } from '../billing/lines.ts'
import { subscribe } from '../billing/subscribe.ts'
import type { Card } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { mergeMetadata } from '../http/list.ts'
import { endAuthentication, needsAuthentication, rememberAuthentication } from '../payments/charges.ts'
import { paymentFailed } from '../payments/endings.ts'
import { confirmIntent, createIntent } from '../payments/intents.ts'
import { attach, makeCard } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import { amountsOf, asFields, withTypedCode } from './checkout-amounts.ts'
import { type Plan, planOf, type Session } from './checkout-plan.ts'
import { createCustomer } from './customers.ts'
import { confirmSetup, createSetup } from './setup-intents.ts'

export interface Form {
  /** May be left out where `cardOptional` says so. */
  card?: Card | undefined
  email?: string
  name?: string
  promotionCode?: string
}

interface Filled {
  method: string | null
  email: string
  name: string | null
  promotionCode: string | null
}

/** A free start needs no card where the session was told to ask only if required. */
export const cardOptional = (session: Session): boolean =>
  session.mode === 'subscription' &&
  session.payment_method_collection === 'if_required' &&
  session.amount_total === 0

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
  if (!form.card && !cardOptional(session)) throw refuse('Enter your card details.', { param: 'cardNumber' })
  const name = form.name || null
  const method = form.card ? makeCard(cloud, form.card, { email, name }).id : null
  const filled: Filled = { method, email, name, promotionCode: form.promotionCode?.trim() || null }
  cloud.store.setNote(`checkout-filled:${session.id}`, filled)
  if (method && needsAuthentication(cloud, method)) return { authenticate: true, session }
  return { authenticate: false, session: complete(cloud, session, filled) }
}

/** The person has authenticated with the bank. */
export function finishCheckout(cloud: Cloud, session: Session): Session {
  requireOpen(session)
  const filled = cloud.store.note<Filled>(`checkout-filled:${session.id}`)
  if (!filled?.method) throw refuse('This session waits for card details first.')
  rememberAuthentication(cloud, filled.method)
  return complete(cloud, session, filled)
}

function requireOpen(session: Session): void {
  if (session.status === 'open') return
  throw refuse(`This Checkout Session is ${session.status}.`, { code: 'checkout_session_not_open' })
}

function complete(cloud: Cloud, session: Session, filled: Filled): Session {
  const plan = withTypedCode(cloud, session, planOf(cloud, session), filled.promotionCode)
  const customer = customerOf(cloud, session, plan, filled)
  const done = completions[session.mode as keyof typeof completions](cloud, {
    session,
    plan,
    filled,
    customer,
  })
  if (filled.method) endAuthentication(cloud, filled.method)
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
  const patch = {
    ...done,
    customer: customer?.id ?? null,
    customer_details,
    status: 'complete' as const,
    url: null,
  }
  return cloud.change(session, patch, 'checkout.session.completed')
}

interface Completing {
  session: Session
  plan: Plan
  filled: Filled
  customer: Kinds['customer'] | undefined
}

const completions = { payment: takePayment, setup: saveCard, subscription: startSubscription }

function customerOf(
  cloud: Cloud,
  session: Session,
  plan: Plan,
  filled: Filled,
): Kinds['customer'] | undefined {
  const { email, name } = filled
  if (session.customer) {
    const customer = cloud.need('customer', session.customer)
    if (!name || plan.customerUpdate?.name !== 'auto') return customer
    return cloud.change(customer, { name }, 'customer.updated')
  }
  if (session.mode !== 'subscription' && session.customer_creation === 'if_required') return undefined
  return createCustomer(cloud, { email, ...(name ? { name } : {}) })
}

function startSubscription(cloud: Cloud, { session, plan, filled, customer }: Completing): Partial<Session> {
  if (!customer) throw new Error('a subscription needs its customer')
  const data = plan.subscription ?? {}
  const now = cloud.now(customer.id)
  const trialEnd = data.trial_period_days ? now + data.trial_period_days * 86_400 : (data.trial_end ?? null)
  if (filled.method) {
    // Free for now: the card is set up for later. Else the first payment itself shows that it works.
    if (amountsOf(cloud, plan, customer.id).total > 0) attach(cloud, filled.method, customer.id)
    else confirmSetup(cloud, createSetup(cloud, { customer: customer.id }), filled.method)
  }
  const priced = plan.lines.map((line) => ({
    price: cloud.need('price', line.price),
    quantity: line.quantity,
  }))
  const subscription = subscribe(cloud, {
    customer,
    items: priced.filter(({ price }) => price.recurring),
    extras: priced.filter(({ price }) => !price.recurring),
    metadata: mergeMetadata({}, data.metadata),
    description: data.description ?? null,
    method: filled.method,
    trialEnd,
    missingMethodAtTrialEnd: data.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    discounts: newDiscounts(cloud, plan.discounts, { customer: customer.id, session: session.id }),
    paymentBehavior: 'error_if_incomplete',
  })
  const invoice = cloud.need('invoice', subscription.latest_invoice!)
  const { subtotal, total } = invoice
  return {
    ...asFields({ subtotal, total, discounts: [], discount: subtotal - total }),
    invoice: invoice.id,
    payment_status: invoice.amount_paid > 0 ? 'paid' : 'no_payment_required',
    subscription: subscription.id,
  }
}

function saveCard(cloud: Cloud, { plan, filled, customer }: Completing): Partial<Session> {
  const setup = createSetup(cloud, {
    customer: customer?.id ?? null,
    description: plan.setup?.description ?? null,
    metadata: mergeMetadata({}, plan.setup?.metadata),
  })
  return { setup_intent: confirmSetup(cloud, setup, filled.method!).id }
}

function takePayment(cloud: Cloud, { session, plan, filled, customer }: Completing): Partial<Session> {
  const amounts = amountsOf(cloud, plan, customer?.id ?? null)
  newDiscounts(cloud, plan.discounts, { customer: customer?.id ?? null, session: session.id })
  if (amounts.total === 0) return { ...asFields(amounts), payment_status: 'no_payment_required' }
  const before = session.payment_intent ? cloud.need('payment_intent', session.payment_intent) : undefined
  const first = plan.lines[0] && cloud.need('price', plan.lines[0].price)
  const intent = before
    ? cloud.change(before, { amount: amounts.total })
    : createIntent(cloud, {
        amount: amounts.total,
        currency: session.currency ?? 'usd',
        customer: customer?.id ?? null,
        description: plan.payment?.description ?? (first ? productName(cloud, first) : null),
        metadata: mergeMetadata({}, plan.payment?.metadata),
        receiptEmail: filled.email,
        setupFutureUsage: plan.payment?.setup_future_usage ?? null,
      })
  // Kept even if the card is declined: the next attempt goes on with the same intent and customer.
  cloud.store.put({ ...session, payment_intent: intent.id, customer: customer?.id ?? null })
  const after = confirmIntent(cloud, intent, { method: filled.method! })
  if (after.status !== 'succeeded') throw paymentFailed(after)
  return { ...asFields(amounts), payment_intent: intent.id, payment_status: 'paid' }
}
