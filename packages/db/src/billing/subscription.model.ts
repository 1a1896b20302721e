import { subscriptionStates } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** A subscription as Stripe last showed it. */
const schema = new Schema(
  {
    /** Stripe's id, `sub_…`. */
    _id: { type: String, required: true },
    ...tenantField,
    stripeCustomerId: { type: String, required: true },
    /** Null for a product that is none of our plans. */
    planId: { type: String, default: null },
    state: { type: String, enum: subscriptionStates, required: true },
    currentPeriodEnd: { type: Date, default: null },
    cancelAtPeriodEnd: { type: Boolean, required: true },
    /** While the payment is late: when patience ends. */
    graceEndsAt: { type: Date, default: null },
    /** When it first gave what it promises; set once. */
    activatedAt: { type: Date, default: null },
    /** When it was made at Stripe. */
    createdAt: { type: Date, required: true },
  },
  { collection: 'billing_subscriptions', versionKey: false },
)
schema.index({ tenantId: 1, createdAt: -1 })
schema.index({ graceEndsAt: 1 })
schema.plugin(tenantGuard)

export type SubscriptionDoc = InferSchemaType<typeof schema>
export const SubscriptionModel = model('Subscription', schema)
