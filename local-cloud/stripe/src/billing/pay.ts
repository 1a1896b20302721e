import type { Cloud } from '../cloud.ts'
import { refuse, StripeError } from '../http/errors.ts'
import { confirmIntent } from '../payments/intents.ts'
import type { Kinds } from '../store.ts'
import { paymentOf } from './invoice-payment.ts'
import { afterFailed } from './reactions.ts'
import { invoicePaid } from './settle.ts'

type Invoice = Kinds['invoice']

/** The card an invoice is collected from: its own, its subscription's, the customer's default. */
function payingMethod(cloud: Cloud, invoice: Invoice): string | null {
  const subscription = invoice.parent?.subscription_details?.subscription
  return (
    invoice.default_payment_method ??
    (subscription ? cloud.store.get('subscription', subscription)?.default_payment_method : null) ??
    cloud.store.get('customer', invoice.customer ?? '')?.invoice_settings.default_payment_method ??
    null
  )
}

export interface Payment {
  method?: string | undefined
  offSession?: boolean
  outOfBand?: boolean
  returnUrl?: string | null
}

/**
 * Tries to collect an open invoice. It comes back paid, or still open with the failed attempt counted and the
 * next one planned; `intent` tells why.
 */
export function collect(
  cloud: Cloud,
  invoice: Invoice,
  how: Payment = {},
): { invoice: Invoice; intent: Kinds['payment_intent'] | null } {
  if (invoice.status === 'paid') throw refuse('Invoice is already paid', { code: 'invoice_already_paid' })
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw refuse(`Invoice cannot be paid: it is ${invoice.status}.`, {
      code: 'invoice_payment_intent_requires_action',
    })
  }
  if (how.outOfBand) return { invoice: invoicePaid(cloud, invoice, null), intent: null }
  const method = how.method ?? payingMethod(cloud, invoice)
  const link = paymentOf(cloud, invoice)
  if (!link) return { invoice: invoicePaid(cloud, invoice, null), intent: null }
  const before = cloud.need('payment_intent', link.intent)
  if (!method) return { invoice: afterFailed(cloud, invoice), intent: before }
  const confirmation = { method, offSession: how.offSession ?? true, returnUrl: how.returnUrl ?? null }
  const intent = confirmIntent(cloud, before, confirmation)
  const now = cloud.need('invoice', invoice.id)
  if (intent.status === 'succeeded') return { invoice: now, intent }
  if (intent.status === 'requires_action') {
    cloud.emit('invoice.payment_action_required', now)
    return { invoice: now, intent }
  }
  return { invoice: afterFailed(cloud, now), intent }
}

/** Refuses a call that tried to collect and could not, as the API does: 402, with the work kept. */
export function requirePaid(invoice: Invoice, intent: Kinds['payment_intent'] | null): void {
  if (invoice.status === 'paid') return
  const { code, decline_code, message } = intent?.last_payment_error ?? {}
  throw new StripeError(
    intent?.last_payment_error ? 402 : 400,
    {
      type: intent?.last_payment_error ? 'card_error' : 'invalid_request_error',
      message:
        message ??
        (intent?.status === 'requires_action'
          ? 'This payment needs authentication by the cardholder.'
          : 'There is no default payment method set on this Customer or Invoice. Please set a default payment method for the customer.'),
      ...(code
        ? { code }
        : intent?.status === 'requires_action'
          ? { code: 'invoice_payment_intent_requires_action' }
          : {}),
      ...(decline_code ? { decline_code } : {}),
    },
    true,
  )
}
