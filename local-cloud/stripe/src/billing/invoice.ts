import type { Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Line } from './lines.ts'
import { discountLines, totals } from './totals.ts'

type Invoice = Kinds['invoice']

export interface NewInvoice {
  customer: Kinds['customer']
  currency: string
  lines: Line[]
  reason: string
  subscription?: Kinds['subscription'] | null
  period?: { start: number; end: number }
  discounts?: string[]
  /** Seconds until it is finalised by itself; null leaves it to the caller. */
  finalizesIn?: number | null
  collectionMethod?: string
  daysUntilDue?: number | null
  description?: string | null
  footer?: string | null
  metadata?: Record<string, string>
  method?: string | null
}

/** A draft as it would be stored; a preview stores it nowhere. */
export function draftInvoice(cloud: Cloud, from: NewInvoice): Invoice {
  const { customer, subscription = null } = from
  const id = newId('in')
  const now = cloud.now(customer.id)
  const discounts = from.discounts ?? subscription?.discounts ?? []
  const lines = discountLines(cloud, from.lines, discounts).map((line) => ({ ...line, invoice: id }))
  const sums = totals(lines, customer.balance)
  const finalizesIn = from.finalizesIn ?? null
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Insula local',
    account_tax_ids: null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: finalizesIn !== null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: finalizesIn === null ? null : now + finalizesIn,
    billing_reason: from.reason,
    collection_method: from.collectionMethod ?? subscription?.collection_method ?? 'charge_automatically',
    created: now,
    currency: from.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: from.method ?? null,
    default_source: null,
    default_tax_rates: [],
    description: from.description ?? null,
    discounts,
    due_date: from.daysUntilDue ? now + from.daysUntilDue * 86_400 : null,
    effective_at: null,
    ending_balance: null,
    footer: from.footer ?? customer.invoice_settings.footer,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: from.metadata ?? {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: subscription && {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: from.period?.end ?? now,
    period_start: from.period?.start ?? now,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: customer.test_clock ?? null,
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: now,
    ...sums,
  }
}
