import type { EventType } from '@insula/contracts'
import type { EventDoc } from '@insula/db'
import {
  followPayer,
  followTenant,
  tellOfFailedPayment,
  tellOfPause,
  tellOfSubscription,
} from '../billing/listeners.ts'
import { welcomePerson } from '../identity/listeners.ts'
import type { Listener } from '../kernel/listener.ts'

/** Who listens to what. Each entry names its function, so that the table reads as what follows from what. */
export const listeners: { readonly [Type in EventType]?: readonly Listener<Type>[] } = {
  'user.registered': [welcomePerson],
  'tenant.changed': [followTenant],
  'member.changed': [followPayer],
  'member.removed': [followPayer],
  'subscription.activated': [tellOfSubscription],
  'subscription.changed': [tellOfPause],
  'billing-invoice.payment-failed': [tellOfFailedPayment],
}

/** The listeners of an event whose type is known only now. */
export const listenersOf = (type: EventDoc['type']) =>
  (listeners[type] ?? []) as readonly Listener<EventType>[]
