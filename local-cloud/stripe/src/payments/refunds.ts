import type Stripe from 'stripe'
import { behaviourOf } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { cardNumber } from './methods.ts'

type Refund = Kinds['refund']

export interface NewRefund {
  charge: string
  /** Minor units; all that is left unless given. */
  amount?: number | undefined
  reason?: string | null
  metadata?: Record<string, string>
}

/** Gives money back, never more than was taken. */
export function refund(cloud: Cloud, from: NewRefund): Refund {
  const charge = cloud.need('charge', from.charge, 'charge')
  const left = charge.amount_captured - charge.amount_refunded
  const amount = from.amount ?? left
  if (charge.disputed) throw refuse(`Charge ${charge.id} has been disputed.`, { code: 'charge_disputed' })
  if (left === 0)
    throw refuse(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (amount < 1)
    throw refuse('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  if (amount > left) {
    throw refuse(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
      param: 'amount',
    })
  }
  const made = cloud.create<Refund>(
    {
      id: newId('re'),
      object: 'refund',
      amount,
      balance_transaction: newId('txn'),
      charge: charge.id,
      created: cloud.now(charge.customer),
      currency: charge.currency,
      customer: charge.customer,
      customer_account: null,
      destination_details: {
        card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
        type: 'card',
      },
      metadata: from.metadata ?? {},
      payment_intent: charge.payment_intent,
      payment_method: charge.payment_method,
      reason: from.reason ?? null,
      receipt_number: null,
      source_transfer_reversal: null,
      status: bankOf(cloud, charge.payment_method) === 'pending' ? 'pending' : 'succeeded',
      transfer_reversal: null,
    },
    'refund.created',
  )
  const amount_refunded = charge.amount_refunded + amount
  cloud.change(
    charge,
    { amount_refunded, refunded: amount_refunded === charge.amount_captured },
    'charge.refunded',
  )
  return made
}

const bankOf = (cloud: Cloud, method: string | null) => behaviourOf(cardNumber(cloud, method ?? ''))?.refund

const bankTakes = 60

/** When the bank has its say on a refund, and what follows; undefined where it has had it. */
export function refundDue(cloud: Cloud, made: Refund): { at: number; work: () => void } | undefined {
  const charge = cloud.store.get('charge', made.charge ?? '')
  const bank = bankOf(cloud, charge?.payment_method ?? null)
  if (!charge || !bank || made.status !== (bank === 'pending' ? 'pending' : 'succeeded')) return undefined
  const status = bank === 'pending' ? 'succeeded' : 'failed'
  const work = (): void => {
    const failed = status === 'failed' ? { failure_reason: 'unknown' } : {}
    const changed = cloud.change(
      made,
      { status, ...failed },
      `refund.${failed.failure_reason ? 'failed' : 'updated'}`,
    )
    cloud.emit('charge.refund.updated', changed)
    if (status === 'failed')
      cloud.change(charge, { amount_refunded: charge.amount_refunded - made.amount, refunded: false })
  }
  return { at: made.created + bankTakes, work }
}

function create(cloud: Cloud, params: Sent<Stripe.RefundCreateParams>): Refund {
  const intent = params.payment_intent
    ? cloud.need('payment_intent', params.payment_intent, 'payment_intent')
    : undefined
  const charge = params.charge ?? intent?.latest_charge
  if (!charge)
    throw refuse('This payment has no successful charge to refund.', {
      code: 'parameter_missing',
      param: 'charge',
    })
  return refund(cloud, {
    charge,
    amount: params.amount,
    reason: params.reason ?? null,
    metadata: mergeMetadata({}, params.metadata),
  })
}

export const refundRoutes = [
  route<Stripe.RefundCreateParams>(
    'POST /v1/refunds',
    'amount charge metadata payment_intent reason',
    create,
  ),
  route('GET /v1/refunds/{}', '', (cloud, _params, id) => cloud.need('refund', id!)),
  route<Stripe.RefundUpdateParams>('POST /v1/refunds/{}', 'metadata', (cloud, params, id) => {
    const made = cloud.need('refund', id!)
    return cloud.change(made, { metadata: mergeMetadata(made.metadata, params.metadata) }, 'refund.updated')
  }),
  route<Stripe.RefundListParams>('GET /v1/refunds', 'charge created payment_intent', (cloud, params) => {
    const { charge, payment_intent } = params
    const rows = matching(cloud.store.all('refund'), { charge, payment_intent })
    return listPage(
      rows.filter((one) => within(one.created, params.created)),
      params,
      '/v1/refunds',
    )
  }),
]
