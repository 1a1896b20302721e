import type { EventType, events } from '@insula/contracts'
import type { EventDoc } from '@insula/db'
import type { z } from 'zod'
import { followPayer, followTenant } from '../billing/subscribers.ts'
import {
  tellOfFailedPayment,
  tellOfPause,
  tellOfSubscription,
  welcomePerson,
} from '../notifications/subscribers.ts'

type ContractOf<Type extends EventType> = Extract<(typeof events)[keyof typeof events], { type: Type }>

/** An event as it reaches who listens, with its payload already checked against the contract. */
export interface Announced<Type extends EventType = EventType> {
  id: string
  type: Type
  tenantId: string | null
  actorId: string | null
  requestId: string | null
  at: Date
  payload: z.infer<ContractOf<Type>['payload']>
}

/**
 * Reacts to an event. It is called at least once and maybe twice at the same time, so what it does is keyed by
 * the event's id; it throws to be called again later.
 */
export type Subscriber<Type extends EventType> = (event: Announced<Type>) => Promise<unknown>

/** Who listens to what. Each entry names its function, so that the table reads as what follows from what. */
export const subscribers: { readonly [Type in EventType]?: readonly Subscriber<Type>[] } = {
  'user.registered': [welcomePerson],
  'tenant.changed': [followTenant],
  'member.changed': [followPayer],
  'member.removed': [followPayer],
  'subscription.activated': [tellOfSubscription],
  'subscription.changed': [tellOfPause],
  'billing-invoice.payment-failed': [tellOfFailedPayment],
}

/** The subscribers of an event whose type is known only now. */
export const subscribersOf = (type: EventDoc['type']) =>
  (subscribers[type] ?? []) as readonly Subscriber<EventType>[]
