import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * A sign-up whose address nobody has proven yet. It is no person: it opens nothing, and a newer one for the same address
 * takes its place.
 */
const schema = new Schema(
  {
    /** The address, so that there is one for each. */
    _id: { type: String, required: true },
    name: { type: String, required: true },
    passwordHash: { type: String, required: true },
    /** SHA-256 of the secret that the browser which signed up holds in a cookie. */
    browserHash: { type: String, required: true },
    /** SHA-256 of the token in the newest mail; null until one is sent. */
    tokenHash: { type: String, default: null },
    tokenExpiresAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'pending_sign_ups', versionKey: false },
)
schema.index({ tokenHash: 1 }, { unique: true, partialFilterExpression: { tokenHash: { $type: 'string' } } })
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export type PendingSignUpDoc = InferSchemaType<typeof schema>
export const PendingSignUpModel = model('PendingSignUp', schema)
