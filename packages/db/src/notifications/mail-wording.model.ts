import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** A tenant's own words for one of its mails, in one language. What does not fit this release's template is passed over. */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('mailWording') },
    ...tenantField,
    template: { type: String, required: true, immutable: true },
    locale: { type: String, required: true, immutable: true },
    subject: { type: String, required: true },
    body: { type: String, required: true },
  },
  { collection: 'mail_wordings', timestamps: true, versionKey: false },
)
schema.index({ tenantId: 1, template: 1, locale: 1 }, { unique: true })
schema.plugin(tenantGuard)

export type MailWordingDoc = InferSchemaType<typeof schema>
export const MailWordingModel = model('MailWording', schema)
