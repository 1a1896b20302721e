import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Dispute = Kinds['dispute']

const answerWithin = 7 * 86_400

/** The cardholder's bank takes a payment back; with an inquiry it only asks, and the money stays. */
export function openDispute(cloud: Cloud, charge: Kinds['charge'], reason: string, inquiry = false): Dispute {
  const now = cloud.now(charge.customer)
  if (!inquiry) cloud.change(cloud.need('charge', charge.id), { disputed: true })
  return cloud.create<Dispute>(
    {
      id: newId('du'),
      object: 'dispute',
      amount: charge.amount,
      balance_transactions: [],
      charge: charge.id,
      created: now,
      currency: charge.currency,
      enhanced_eligibility_types: [],
      evidence: noEvidence,
      evidence_details: {
        due_by: now + answerWithin,
        enhanced_eligibility: {},
        has_evidence: false,
        past_due: false,
        submission_count: 0,
        submission_method: 'manual',
      },
      intended_submission_method: null,
      is_charge_refundable: inquiry,
      livemode: false,
      metadata: {},
      payment_intent: charge.payment_intent,
      payment_method_details: {
        card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
        type: 'card',
      },
      reason,
      status: inquiry ? 'warning_needs_response' : 'needs_response',
    },
    'charge.dispute.created',
  )
}

const evidenceFields =
  'access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text'

const noEvidence = {
  ...Object.fromEntries(evidenceFields.split(' ').map((name) => [name, null])),
  enhanced_evidence: {},
} as Dispute['evidence']

/** What the words in `uncategorized_text` make of a dispute, as in Stripe's test mode. */
const outcomes: Record<string, 'won' | 'lost'> = { winning_evidence: 'won', losing_evidence: 'lost' }

function update(cloud: Cloud, params: Sent<Stripe.DisputeUpdateParams>, id: string): Dispute {
  const dispute = cloud.need('dispute', id)
  if (!dispute.status.endsWith('needs_response')) throw refuse(`This dispute is ${dispute.status}.`)
  const text = params.evidence?.uncategorized_text
  const patch: Partial<Dispute> = { metadata: mergeMetadata(dispute.metadata, params.metadata) }
  if (text) {
    patch.evidence = { ...dispute.evidence, uncategorized_text: text }
    patch.evidence_details = { ...dispute.evidence_details, has_evidence: true }
    if (params.submit ?? true)
      patch.status = dispute.status === 'needs_response' ? 'under_review' : 'warning_under_review'
  }
  const updated = cloud.change(dispute, patch, 'charge.dispute.updated')
  const outcome = text && outcomes[text]
  return outcome ? close(cloud, updated, outcome) : updated
}

function close(cloud: Cloud, dispute: Dispute, status: 'won' | 'lost'): Dispute {
  return cloud.change(dispute, { status }, 'charge.dispute.closed')
}

export const disputeRoutes = [
  route('GET /v1/disputes/{}', '', (cloud, _params, id) => cloud.need('dispute', id!)),
  route<Stripe.DisputeUpdateParams>(
    'POST /v1/disputes/{}',
    'evidence.uncategorized_text metadata submit',
    (cloud, params, id) => update(cloud, params, id!),
  ),
  route('POST /v1/disputes/{}/close', '', (cloud, _params, id) =>
    close(cloud, cloud.need('dispute', id!), 'lost'),
  ),
  route<Stripe.DisputeListParams>('GET /v1/disputes', 'charge created payment_intent', (cloud, params) => {
    const { charge, payment_intent } = params
    const rows = matching(cloud.store.all('dispute'), { charge, payment_intent })
    return listPage(
      rows.filter((one) => within(one.created, params.created)),
      params,
      '/v1/disputes',
    )
  }),
]
