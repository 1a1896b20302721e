import type { Cloud } from '../cloud.ts'
import { newId } from '../ids.ts'
import { cancelIntent } from '../payments/endings.ts'
import { createIntent } from '../payments/intents.ts'
import type { Kinds } from '../store.ts'

type Invoice = Kinds['invoice']

/** Gives a finalised invoice the intent that its payment goes through. */
export function preparePayment(cloud: Cloud, invoice: Invoice): void {
  const intent = createIntent(cloud, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description:
      invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    setupFutureUsage: invoice.parent?.subscription_details ? 'off_session' : null,
  })
  const payment = cloud.create<Kinds['invoice_payment']>({
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: cloud.now(invoice.customer),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  })
  cloud.store.setNote(`invoice-of:${intent.id}`, { invoice: invoice.id, payment: payment.id })
  cloud.store.setNote(`payment-of:${invoice.id}`, { intent: intent.id, payment: payment.id })
}

/** The intent and payment record of a finalised invoice, if it has any. */
export function paymentOf(cloud: Cloud, invoice: Invoice): { intent: string; payment: string } | undefined {
  return cloud.store.note<{ intent: string; payment: string }>(`payment-of:${invoice.id}`)
}

/** Ends the intent and the payment record of an invoice that will not be paid. */
export function cancelPayment(cloud: Cloud, invoice: Invoice, reason: string): void {
  const link = paymentOf(cloud, invoice)
  if (!link) return
  const intent = cloud.need('payment_intent', link.intent)
  if (!['succeeded', 'canceled'].includes(intent.status)) cancelIntent(cloud, intent, reason)
  const payment = cloud.need('invoice_payment', link.payment)
  if (payment.status !== 'open') return
  const status_transitions = { canceled_at: cloud.now(invoice.customer), paid_at: null }
  cloud.change(payment, { status: 'canceled', status_transitions })
}
