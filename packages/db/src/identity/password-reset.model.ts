import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/** A mailed link that lets its holder choose a new password. Deleting the row is what uses the link up. */
const schema = new Schema(
  {
    /** SHA-256 of the mailed token; the token itself is never stored. */
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    /** While somebody is using the link; until then nobody else may. */
    heldUntil: { type: Date, default: null },
  },
  { collection: 'password_resets', versionKey: false },
)
schema.index({ userId: 1 })
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export type PasswordResetDoc = InferSchemaType<typeof schema>
export const PasswordResetModel = model('PasswordReset', schema)
