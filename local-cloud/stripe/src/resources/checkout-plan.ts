import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

export type Session = Kinds['checkout.session']
export type Create = Sent<Stripe.Checkout.SessionCreateParams>

/** What a session will do once its page is filled in, beside what it shows. */
export interface Plan {
  lines: { id: string; price: string; quantity: number }[]
  subscription: Create['subscription_data'] | null
  payment: Create['payment_intent_data'] | null
  setup: Create['setup_intent_data'] | null
  discounts: { coupon?: string; promotion_code?: string }[]
  customerUpdate: Create['customer_update'] | null
}

export const planOf = (cloud: Cloud, session: Session): Plan =>
  cloud.store.note<Plan>(`checkout:${session.id}`)!
