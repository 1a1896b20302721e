import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * What Stripe told us, by its own event id: stored before Stripe is thanked, applied afterwards. Only names are kept, no
 * bodies, since everything is read anew. Whose it is shows only when it is applied, so no tenant guard stands here.
 */
const schema = new Schema(
  {
    /** Stripe's id, `evt_…`. */
    _id: { type: String, required: true },
    type: { type: String, required: true },
    apiVersion: { type: String, default: null },
    stripeCustomerId: { type: String, default: null },
    objectId: { type: String, default: null },
    /** received: to be applied. parked: never will be, for the reason given. */
    state: { type: String, enum: ['received', 'applied', 'parked'], required: true },
    reason: { type: String, default: null },
    /** webhook: Stripe called. catch-up: we asked. */
    heardBy: { type: String, enum: ['webhook', 'catch-up'], required: true },
    /** When it happened at Stripe. */
    createdAt: { type: Date, required: true },
    receivedAt: { type: Date, required: true },
    /** When the sweep is to look after it. */
    dueAt: { type: Date, default: null },
    appliedAt: { type: Date, default: null },
  },
  { collection: 'billing_stripe_events', versionKey: false },
)
schema.index({ state: 1, dueAt: 1 })
// Stripe itself forgets after thirty days, and repeats nothing after three.
schema.index({ receivedAt: 1 }, { expireAfterSeconds: 90 * 24 * 3_600 })

export type StripeEventDoc = InferSchemaType<typeof schema>
export const StripeEventModel = model('StripeEvent', schema)
