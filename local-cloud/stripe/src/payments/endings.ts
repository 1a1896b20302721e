import type { Cloud } from '../cloud.ts'
import { refuse, StripeError } from '../http/errors.ts'
import type { Kinds } from '../store.ts'

type Intent = Kinds['payment_intent']

/** The 402 that tells of an intent's `last_payment_error`. */
export function paymentFailed(intent: Intent, keepsWork = true): StripeError {
  const { code, decline_code, message, charge } = intent.last_payment_error!
  return new StripeError(
    402,
    {
      type: 'card_error',
      message: message ?? 'Your card was declined.',
      ...(code ? { code } : {}),
      ...(decline_code ? { decline_code } : {}),
      ...(charge ? { charge } : {}),
      payment_intent: intent,
    },
    keepsWork,
  )
}

/** Ends an intent that has not succeeded. */
export function cancelIntent(cloud: Cloud, intent: Intent, reason: string | null): Intent {
  if (['succeeded', 'canceled'].includes(intent.status)) throw unexpected(intent, 'cancel')
  return cloud.change(
    intent,
    {
      canceled_at: cloud.now(intent.customer),
      cancellation_reason: reason,
      next_action: null,
      status: 'canceled',
    },
    'payment_intent.canceled',
  )
}

/** What an intent's status does not allow. */
export function unexpected(intent: Intent, verb: string): StripeError {
  return refuse(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
  })
}
