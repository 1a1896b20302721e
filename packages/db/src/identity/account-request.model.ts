import { accountRequestKinds } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'

/**
 * What somebody who is not signed in asked about an address. The row is all that the request itself writes, whoever the
 * address belongs to or does not; the worker looks that up, so that the time of an answer tells nothing. Deleted when
 * it is dealt with.
 */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('accountRequest') },
    kind: { type: String, enum: accountRequestKinds, required: true },
    email: { type: String, required: true },
    /** For wrong passwords: whether this was the one that locked the account. */
    locked: { type: Boolean, default: false },
    requestId: { type: String, required: true },
    ipAddress: { type: String, default: null },
    userAgent: { type: String, default: null },
    at: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'account_requests', versionKey: false },
)
schema.index({ at: 1 })
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export type AccountRequestDoc = InferSchemaType<typeof schema>
export const AccountRequestModel = model('AccountRequest', schema)
