import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import { paymentOf } from './invoice-payment.ts'
import { afterPaid } from './reactions.ts'

type Invoice = Kinds['invoice']

/** An intent has succeeded: if it belongs to an invoice, the invoice is paid. */
export function settleInvoice(cloud: Cloud, intent: Kinds['payment_intent']): void {
  const link = cloud.store.note<{ invoice: string }>(`invoice-of:${intent.id}`)
  if (!link) return
  const invoice = cloud.need('invoice', link.invoice)
  if (invoice.status !== 'paid') invoicePaid(cloud, invoice, intent)
}

/** Marks an invoice paid, by an intent, outside Stripe or because there is nothing to pay, and tells its subscription. */
export function invoicePaid(cloud: Cloud, invoice: Invoice, intent: Kinds['payment_intent'] | null): Invoice {
  const now = cloud.now(invoice.customer)
  const link = paymentOf(cloud, invoice)
  if (link) {
    const payment = cloud.need('invoice_payment', link.payment)
    const patch: Partial<Kinds['invoice_payment']> = intent
      ? {
          amount_paid: invoice.amount_due,
          status: 'paid',
          status_transitions: { canceled_at: null, paid_at: now },
        }
      : { status: 'canceled', status_transitions: { canceled_at: now, paid_at: null } }
    cloud.change(payment, patch, intent ? 'invoice_payment.paid' : undefined)
  }
  const paid = cloud.change(
    invoice,
    {
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      attempt_count: invoice.attempt_count + (intent ? 1 : 0),
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: now },
    },
    'invoice.paid',
  )
  cloud.emit('invoice.payment_succeeded', paid)
  afterPaid(cloud, paid, intent)
  return paid
}
