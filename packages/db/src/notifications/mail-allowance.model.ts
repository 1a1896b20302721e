import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * When an address was last sent a mail that strangers can cause, so that nobody's inbox is flooded by us. The id holds a
 * hash of the address. Belongs to no tenant.
 */
const schema = new Schema(
  {
    _id: { type: String, required: true },
    /** Newest first. */
    sentAt: { type: [Date], required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'mail_allowances', versionKey: false },
)
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export type MailAllowanceDoc = InferSchemaType<typeof schema>
export const MailAllowanceModel = model('MailAllowance', schema)
