import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** The wish to subscribe. Stored before Stripe is asked: its id is the idempotency key. */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('checkout') },
    ...tenantField,
    planId: { type: String, required: true },
    stripePriceId: { type: String, required: true },
    stripeCustomerId: { type: String, required: true },
    state: { type: String, enum: ['open', 'complete', 'expired'], required: true },
    /** Stripe's `cs_…` and its page; null until Stripe has answered. */
    stripeSessionId: { type: String, default: null },
    url: { type: String, default: null },
    startedBy: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'billing_checkouts', versionKey: false },
)
// One at a time: two who upgrade at once land on the same page and pay once.
schema.index({ tenantId: 1 }, { unique: true, partialFilterExpression: { state: 'open' }, name: 'one_open' })
schema.index({ stripeSessionId: 1 })
schema.plugin(tenantGuard)

export type CheckoutDoc = InferSchemaType<typeof schema>
export const CheckoutModel = model('Checkout', schema)
