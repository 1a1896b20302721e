import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * How somebody signs in, as better-auth writes it: for a password, `providerId` is `credential` and `accountId` the
 * person's own id. Fields are better-auth's: https://www.better-auth.com/docs/concepts/database#core-schema
 */
const schema = new Schema(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    providerId: { type: String, required: true },
    accountId: { type: String, required: true },
    /** The hash, never the password. */
    password: { type: String, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'accounts', versionKey: false },
)
schema.index({ userId: 1, providerId: 1 })

export type AccountDoc = InferSchemaType<typeof schema>
export const AccountModel = model('Account', schema)
