import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tellsWho } from '../who-changed.ts'

/** Sessions, as better-auth writes them, with the tenant that each one works in. */
const schema = new Schema(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    /** SHA-256 of the token in the cookie; the token itself is never stored. */
    token: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    ipAddress: { type: String, default: null },
    userAgent: { type: String, default: null },
    activeTenantId: { type: String, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'sessions', versionKey: false },
)
schema.index({ token: 1 }, { unique: true })
schema.index({ userId: 1 })
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
tellsWho(schema)

export type SessionDoc = InferSchemaType<typeof schema>
export const SessionModel = model('Session', schema)
