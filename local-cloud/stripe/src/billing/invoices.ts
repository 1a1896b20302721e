import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import type { Kinds } from '../store.ts'
import { draftInvoice, type NewInvoice } from './invoice.ts'
import { cancelPayment, preparePayment } from './invoice-payment.ts'
import type { Line } from './lines.ts'
import { invoicePaid } from './settle.ts'
import { discountLines, endingBalance, totals } from './totals.ts'

type Invoice = Kinds['invoice']

/** Makes a draft and tells of it. */
export function createInvoice(cloud: Cloud, from: NewInvoice): Invoice {
  const invoice = cloud.create(draftInvoice(cloud, from), 'invoice.created')
  if (from.subscription) {
    const subscription = cloud.need('subscription', from.subscription.id)
    cloud.change(subscription, { latest_invoice: invoice.id })
  }
  return invoice
}

/** Replaces a draft's lines and sums it up again. */
export function relined(cloud: Cloud, invoice: Invoice, lines: Line[]): Partial<Invoice> {
  const own = discountLines(cloud, lines, invoice.discounts).map((line) => ({ ...line, invoice: invoice.id }))
  return { lines: { ...invoice.lines, data: own }, ...totals(own, invoice.starting_balance) }
}

/**
 * Numbers a draft and opens it. Nothing to pay: it is paid at once; else it gets the intent that payment
 * goes through.
 */
export function finalizeInvoice(cloud: Cloud, invoice: Invoice): Invoice {
  if (invoice.status !== 'draft') throw stateError(invoice, 'finalize')
  const customer = cloud.need('customer', invoice.customer!, 'customer')
  const now = cloud.now(customer.id)
  const sequence = customer.next_invoice_sequence ?? 1
  const ending = endingBalance(invoice.total, customer.balance)
  cloud.change(
    customer,
    { balance: ending, currency: invoice.currency, next_invoice_sequence: sequence + 1 },
    undefined,
  )
  if (customer.balance !== ending)
    cloud.emit('customer.updated', { ...customer, balance: ending }, { balance: customer.balance })
  const open = cloud.change(
    invoice,
    {
      ...totals(invoice.lines.data, customer.balance),
      automatically_finalizes_at: null,
      due_date: invoice.due_date ?? null,
      effective_at: now,
      ending_balance: ending,
      hosted_invoice_url: `${cloud.url}/invoice/${invoice.id}`,
      invoice_pdf: `${cloud.url}/invoice/${invoice.id}/pdf`,
      number: invoice.number ?? `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
      status: 'open',
      status_transitions: { ...invoice.status_transitions, finalized_at: now },
    },
    'invoice.finalized',
  )
  if (open.amount_due === 0) return invoicePaid(cloud, open, null)
  preparePayment(cloud, open)
  return open
}

/** Cancels an open or uncollectible invoice for good, as if it had never been. */
export function voidInvoice(cloud: Cloud, invoice: Invoice): Invoice {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw stateError(invoice, 'void')
  cancelPayment(cloud, invoice, 'void_invoice')
  const status_transitions = { ...invoice.status_transitions, voided_at: cloud.now(invoice.customer) }
  const patch = {
    status: 'void',
    next_payment_attempt: null,
    auto_advance: false,
    amount_remaining: 0,
    status_transitions,
  } as const
  return cloud.change(invoice, patch, 'invoice.voided')
}

/** Gives up on an open invoice; it may still be paid. */
export function markUncollectible(cloud: Cloud, invoice: Invoice): Invoice {
  if (invoice.status !== 'open') throw stateError(invoice, 'mark as uncollectible')
  const status_transitions = {
    ...invoice.status_transitions,
    marked_uncollectible_at: cloud.now(invoice.customer),
  }
  const patch = {
    status: 'uncollectible',
    next_payment_attempt: null,
    auto_advance: false,
    status_transitions,
  } as const
  return cloud.change(invoice, patch, 'invoice.marked_uncollectible')
}

function stateError(invoice: Invoice, verb: string): Error {
  return refuse(`You cannot ${verb} this invoice because it is ${invoice.status}.`, {
    code: 'invoice_not_editable',
  })
}
