import type Stripe from 'stripe'
import { paymentOf } from '../billing/invoice-payment.ts'
import { invoicePaid } from '../billing/settle.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import { refund } from '../payments/refunds.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type CreditNote = Kinds['credit_note']
type Invoice = Kinds['invoice']
type Create = Sent<Stripe.CreditNoteCreateParams>

/** Takes back part of a finalised invoice: off what is due, or, once paid, as refund, credit or by other means. */
function create(cloud: Cloud, params: Create): CreditNote {
  const invoice = cloud.need('invoice', params.invoice, 'invoice')
  if (invoice.status !== 'open' && invoice.status !== 'paid') {
    throw refuse('Credit notes are for open and paid invoices.', { param: 'invoice' })
  }
  const id = newId('cn')
  const lines = linesOf(invoice, params)
  const amount = lines.reduce((sum, line) => sum + line.amount, 0)
  const credited = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount
  if (amount < 1 || credited + amount > invoice.total) {
    throw refuse(`The credit note's amount must be between 1 and ${invoice.total - credited}.`, {
      param: 'amount',
    })
  }
  const refunds = invoice.status === 'paid' ? giveBack(cloud, invoice, params, amount) : []
  const count = cloud.store.next(`credit-note:${invoice.id}`)
  const note: CreditNote = {
    id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created: cloud.now(invoice.customer),
    currency: invoice.currency,
    customer: invoice.customer!,
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: cloud.now(invoice.customer),
    invoice: invoice.id,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/credit_notes/${id}/lines` },
    livemode: false,
    memo: params.memo ?? null,
    metadata: mergeMetadata({}, params.metadata),
    number: `${invoice.number}-CN-${String(count).padStart(2, '0')}`,
    out_of_band_amount: params.out_of_band_amount ?? null,
    pdf: `${cloud.url}/invoice/${invoice.id}/pdf`,
    post_payment_amount: invoice.status === 'paid' ? amount : 0,
    pre_payment_amount: invoice.status === 'open' ? amount : 0,
    pretax_credit_amounts: [],
    reason: params.reason ?? null,
    refunds: refunds.map((made) => ({
      amount_refunded: made.amount,
      payment_record_refund: null,
      refund: made.id,
      type: 'refund',
    })),
    shipping_cost: null,
    status: 'issued',
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    total_taxes: [],
    type: invoice.status === 'paid' ? 'post_payment' : 'pre_payment',
    voided_at: null,
  }
  cloud.create(note, 'credit_note.created')
  settle(cloud, invoice, amount)
  return note
}

function linesOf(invoice: Invoice, params: Create): CreditNote['lines']['data'] {
  if ((params.amount === undefined) === (params.lines === undefined)) {
    throw refuse('You must pass exactly one of amount and lines.', {
      code: 'parameter_missing',
      param: 'amount',
    })
  }
  const sent = params.lines ?? [
    { amount: params.amount!, description: 'Credit', type: 'custom_line_item' as const },
  ]
  return sent.map((line, index) => {
    const of = line.invoice_line_item && invoice.lines.data.find((one) => one.id === line.invoice_line_item)
    if (line.type === 'invoice_line_item' && !of) {
      throw refuse(`No such invoice line item: '${line.invoice_line_item}'`, {
        param: `lines[${index}][invoice_line_item]`,
      })
    }
    const amount =
      line.amount ?? (line.unit_amount ?? (of ? of.amount / (of.quantity ?? 1) : 0)) * (line.quantity ?? 1)
    return {
      id: newId('cnli'),
      object: 'credit_note_line_item' as const,
      amount,
      description: line.description ?? (of ? of.description : null),
      discount_amount: 0,
      discount_amounts: [],
      ...(of ? { invoice_line_item: of.id } : {}),
      livemode: false,
      metadata: {},
      pretax_credit_amounts: [],
      quantity: line.quantity ?? 1,
      tax_rates: [],
      taxes: [],
      type: line.type,
      unit_amount: line.unit_amount ?? null,
      unit_amount_decimal: line.unit_amount_decimal ?? null,
    }
  })
}

function giveBack(cloud: Cloud, invoice: Invoice, params: Create, amount: number): Kinds['refund'][] {
  const { refund_amount = 0, credit_amount = 0, out_of_band_amount = 0 } = params
  if (refund_amount + credit_amount + out_of_band_amount !== amount) {
    throw refuse(
      'refund_amount, credit_amount and out_of_band_amount must add up to the amount of the credit note.',
      {
        param: 'refund_amount',
      },
    )
  }
  if (credit_amount > 0) {
    const customer = cloud.need('customer', invoice.customer!)
    cloud.change(customer, { balance: customer.balance - credit_amount }, 'customer.updated')
  }
  if (refund_amount === 0) return []
  const link = paymentOf(cloud, invoice)
  const charge = link && cloud.need('payment_intent', link.intent).latest_charge
  if (!charge) throw refuse('This invoice has no payment to refund.', { param: 'refund_amount' })
  return [refund(cloud, { charge, amount: refund_amount })]
}

function settle(cloud: Cloud, invoice: Invoice, amount: number): void {
  if (invoice.status === 'paid') {
    const post_payment_credit_notes_amount = invoice.post_payment_credit_notes_amount + amount
    cloud.change(invoice, { post_payment_credit_notes_amount }, 'invoice.updated')
    return
  }
  const amount_due = invoice.amount_due - amount
  const link = paymentOf(cloud, invoice)
  const intent = link && cloud.need('payment_intent', link.intent)
  if (intent && amount_due > 0) cloud.change(intent, { amount: amount_due })
  const patch = {
    amount_due,
    amount_remaining: amount_due,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + amount,
  }
  const after = cloud.change(invoice, patch, 'invoice.updated')
  if (amount_due === 0) invoicePaid(cloud, after, null)
}

export const creditNoteRoutes = [
  route<Stripe.CreditNoteCreateParams>(
    'POST /v1/credit_notes',
    'amount credit_amount invoice lines.amount lines.description lines.invoice_line_item lines.quantity lines.type lines.unit_amount memo metadata out_of_band_amount reason refund_amount',
    create,
  ),
  route('GET /v1/credit_notes/{}', '', (cloud, _params, id) => cloud.need('credit_note', id!)),
  route<Stripe.CreditNoteListParams>('GET /v1/credit_notes', 'created customer invoice', (cloud, params) => {
    const rows = matching(cloud.store.all('credit_note', { customer: params.customer }), {
      invoice: params.invoice,
    })
    return listPage(
      rows.filter((one) => within(one.created, params.created)),
      params,
      '/v1/credit_notes',
    )
  }),
]
