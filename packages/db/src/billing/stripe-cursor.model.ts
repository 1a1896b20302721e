import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/** Up to when we have asked Stripe for what happened. One row. */
const schema = new Schema(
  {
    _id: { type: String, required: true },
    caughtUpTo: { type: Date, required: true },
  },
  { collection: 'billing_stripe_cursors', versionKey: false },
)

export type StripeCursorDoc = InferSchemaType<typeof schema>
export const StripeCursorModel = model('StripeCursor', schema)
