import {
  followPayer,
  followTenant,
  tellOfFailedPayment,
  tellOfPause,
  tellOfSubscription,
} from '../billing/listeners.ts'
import { welcomePerson } from '../identity/listeners.ts'
import { type Listeners, listens } from '../kernel/listener.ts'

/** Who listens to what. */
export const listeners: Listeners = {
  'identity.welcome-person': listens(['user.registered'], welcomePerson),
  'billing.follow-tenant': listens(['tenant.changed'], followTenant),
  'billing.follow-payer': listens(['member.changed', 'member.removed'], followPayer),
  'billing.tell-of-subscription': listens(['subscription.activated'], tellOfSubscription),
  'billing.tell-of-pause': listens(['subscription.changed'], tellOfPause),
  'billing.tell-of-failed-payment': listens(['billing-invoice.payment-failed'], tellOfFailedPayment),
}
