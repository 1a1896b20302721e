import { type DeclineCode, declines } from '../card-behaviour.ts'
import { behaviourOf } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import { cardNumber } from './methods.ts'

type Charge = Kinds['charge']

/** What the bank would say to this card now; `declineNextCard` comes first. */
export function verdict(cloud: Cloud, method: string): DeclineCode | undefined {
  const asked = cloud.declineNext
  cloud.declineNext = undefined
  if (asked) return asked
  return behaviourOf(cardNumber(cloud, method))?.decline
}

/** Whether the person has to authenticate before this card can be used. */
export function needsAuthentication(cloud: Cloud, method: string, onSession = true): boolean {
  const asks = behaviourOf(cardNumber(cloud, method))?.authentication
  if (asks === undefined) return false
  const seen = cloud.store.note<'once' | 'saved'>(`authenticated:${method}`)
  if (asks === 'on-session') return onSession && seen !== 'once'
  return asks === 'always' ? seen !== 'once' : seen === undefined
}

/** The person has authenticated: good for the payment under way, and for later ones where the card remembers. */
export function rememberAuthentication(cloud: Cloud, method: string): void {
  cloud.store.setNote(`authenticated:${method}`, 'once')
}

/** The payment under way is over; a card that always asks will ask again. */
export function endAuthentication(cloud: Cloud, method: string): void {
  if (cloud.store.note(`authenticated:${method}`)) cloud.store.setNote(`authenticated:${method}`, 'saved')
}

/** Charges what an intent asks for and records how it went. */
export function charge(
  cloud: Cloud,
  intent: Kinds['payment_intent'],
  method: Kinds['payment_method'],
  decline?: DeclineCode,
): Charge {
  const now = cloud.now(intent.customer)
  const failure = decline && declines[decline]
  const id = newId('ch')
  const made: Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: failure ? 0 : intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: failure ? null : newId('txn'),
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'INSULA LOCAL',
    captured: !failure,
    created: now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: failure?.[0] ?? null,
    failure_message: failure?.[1] ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: failure ? '05' : null,
      network_status: failure ? 'declined_by_network' : 'approved_by_network',
      reason: decline ?? null,
      risk_level: 'normal',
      risk_score: 20,
      seller_message: failure
        ? 'The bank did not return any further details with this decline.'
        : 'Payment complete.',
      type: failure ? 'issuer_declined' : 'authorized',
    },
    paid: !failure,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { card: chargedCard(method, intent.amount), type: 'card' },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: failure ? null : `${cloud.url}/receipts/${id}`,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: null,
    status: failure ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  }
  return cloud.create(made, failure ? 'charge.failed' : 'charge.succeeded')
}

function chargedCard(
  method: Kinds['payment_method'],
  amount: number,
): NonNullable<Charge['payment_method_details']>['card'] {
  const card = method.card!
  return {
    amount_authorized: amount,
    authorization_code: null,
    brand: card.brand,
    checks: card.checks,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  }
}
