import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * Tickets for reading an object at Stripe, which has no version of its own: each read takes the next number before it
 * starts, and only a higher number than the last applied one may be applied. Belongs to no tenant.
 */
const schema = new Schema(
  {
    /** Of the object that is read, or of the customer whose objects are. */
    _id: { type: String, required: true },
    started: { type: Number, required: true, default: 0 },
    applied: { type: Number, required: true, default: 0 },
  },
  { collection: 'billing_stripe_reads', versionKey: false },
)

export type StripeReadDoc = InferSchemaType<typeof schema>
export const StripeReadModel = model('StripeRead', schema)
