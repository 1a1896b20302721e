import { type DeclineCode, declines } from '../card-behaviour.ts'
import { behaviourOf } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { letters, newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { charge, endAuthentication, needsAuthentication, rememberAuthentication, verdict } from './charges.ts'
import { openDispute } from './disputes.ts'
import { attach, cardNumber, methodOf, requireUsable, spend } from './methods.ts'

type Intent = Kinds['payment_intent']

export interface NewIntent {
  amount: number
  currency: string
  customer?: string | null
  description?: string | null
  metadata?: Record<string, string>
  receiptEmail?: string | null
  setupFutureUsage?: string | null
  statementDescriptor?: string | null
  allowedTypes?: string[] | null
}

/** An intent that waits for a payment method. */
export function createIntent(cloud: Cloud, from: NewIntent): Intent {
  const id = newId('pi')
  return cloud.create<Intent>(
    {
      id,
      object: 'payment_intent',
      allowed_payment_method_types: from.allowedTypes ?? null,
      amount: from.amount,
      amount_capturable: 0,
      amount_received: 0,
      application: null,
      application_fee_amount: null,
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      canceled_at: null,
      cancellation_reason: null,
      capture_method: 'automatic',
      client_secret: `${id}_secret_${letters(25)}`,
      confirmation_method: 'automatic',
      created: cloud.now(from.customer),
      currency: from.currency,
      customer: from.customer ?? null,
      customer_account: null,
      description: from.description ?? null,
      excluded_payment_method_types: null,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      managed_payments: null,
      metadata: from.metadata ?? {},
      next_action: null,
      on_behalf_of: null,
      payment_method: null,
      payment_method_configuration_details: null,
      payment_method_options: null,
      payment_method_types: ['card'],
      payment_record: null,
      processing: null,
      receipt_email: from.receiptEmail ?? null,
      review: null,
      setup_future_usage: from.setupFutureUsage ?? null,
      shipping: null,
      source: null,
      statement_descriptor: from.statementDescriptor ?? null,
      statement_descriptor_suffix: null,
      status: 'requires_payment_method',
      transfer_data: null,
      transfer_group: null,
    },
    'payment_intent.created',
  )
}

export interface Confirmation {
  method: string
  /** Nobody is there to authenticate: a card that asks for it is declined. */
  offSession?: boolean
  returnUrl?: string | null
}

/**
 * Tries to take the money. The intent comes back succeeded, waiting for authentication
 * (`requires_action`), or declined (`requires_payment_method` with `last_payment_error`).
 */
export function confirmIntent(cloud: Cloud, intent: Intent, how: Confirmation): Intent {
  const method = methodOf(cloud, how.method)
  requireUsable(cloud, method, intent.customer, 'PaymentIntent')
  const waiting = cloud.change(intent, { payment_method: method.id })
  if (!needsAuthentication(cloud, method.id, !how.offSession)) return capture(cloud, waiting, method)
  if (how.offSession) return decline(cloud, waiting, method, undefined)
  const return_url = how.returnUrl ?? null
  const url = `${cloud.url}/authenticate/${intent.id}`
  const next_action = {
    redirect_to_url: { return_url, url },
    type: 'redirect_to_url',
  } satisfies Intent['next_action']
  return cloud.change(waiting, { next_action, status: 'requires_action' }, 'payment_intent.requires_action')
}

/** The person has authenticated (or refused to) on the bank's page. */
export function finishAuthentication(cloud: Cloud, intent: Intent, agreed: boolean): Intent {
  const method = cloud.need('payment_method', intent.payment_method ?? '', 'payment_method')
  const asked = cloud.change(intent, { next_action: null })
  if (!agreed) return decline(cloud, asked, method, undefined)
  rememberAuthentication(cloud, method.id)
  return capture(cloud, asked, method)
}

function capture(cloud: Cloud, intent: Intent, method: Kinds['payment_method']): Intent {
  endAuthentication(cloud, method.id)
  const refusal = verdict(cloud, method.id)
  if (refusal) return decline(cloud, intent, method, refusal)
  if (intent.setup_future_usage && intent.customer && !method.customer)
    attach(cloud, method.id, intent.customer)
  const taken = charge(cloud, intent, method)
  spendUnlessKept(cloud, method.id)
  const paid = cloud.change(
    intent,
    {
      amount_received: intent.amount,
      last_payment_error: null,
      latest_charge: taken.id,
      next_action: null,
      status: 'succeeded',
    },
    'payment_intent.succeeded',
  )
  cloud.onPaid(paid)
  const { disputed, disputes } = behaviourOf(cardNumber(cloud, method.id)) ?? {}
  if (disputed) openDispute(cloud, taken, disputed, disputes === 'inquiry')
  if (disputed && disputes === 'two') openDispute(cloud, taken, disputed)
  return paid
}

function spendUnlessKept(cloud: Cloud, method: string): void {
  if (cloud.store.get('payment_method', method)?.customer === null) spend(cloud, method)
}

function decline(
  cloud: Cloud,
  intent: Intent,
  method: Kinds['payment_method'],
  code: DeclineCode | undefined,
): Intent {
  const failed = code ? charge(cloud, intent, method, code) : undefined
  spendUnlessKept(cloud, method.id)
  const [errorCode, message] = code
    ? declines[code]
    : (['authentication_required', 'This payment needs authentication by the cardholder.'] as const)
  const last_payment_error = {
    ...(failed ? { charge: failed.id } : {}),
    code: errorCode,
    decline_code: code ?? 'authentication_required',
    message,
    payment_method: method,
    type: 'card_error',
  } as unknown as Intent['last_payment_error']
  return cloud.change(
    intent,
    {
      last_payment_error,
      latest_charge: failed?.id ?? intent.latest_charge,
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    },
    'payment_intent.payment_failed',
  )
}
