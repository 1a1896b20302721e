import { mailStates, mailTemplates } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { foldedFields } from '../folded.ts'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantGuard } from '../tenancy.ts'

const attempt = new Schema(
  {
    at: { type: Date, required: true },
    outcome: { type: String, enum: ['accepted', 'refused', 'failed', 'unknown'], required: true },
    status: { type: Number, default: null },
    detail: { type: String, default: null },
  },
  { _id: false },
)

const wording = new Schema(
  {
    locale: { type: String, required: true },
    subject: { type: String, required: true },
    body: { type: String, required: true },
  },
  { _id: false },
)

/** Every mail that was ever to be sent: queue, log and proof in one. */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('mail') },
    /** Null for the platform's own mails, such as verification and reset: those belong to no tenant's log. */
    tenantId: { type: String, default: null, immutable: true },
    to: { type: String, required: true },
    template: { type: String, enum: mailTemplates, required: true },
    variables: { type: Schema.Types.Mixed, required: true },
    subject: { type: String, required: true },
    /** The tenant's own words as they were when it was queued, so that the log tells what was sent; null: the built-in. */
    wording: { type: wording, default: null },
    /** What caused it, so that the same cause told twice is one mail. */
    dedupeKey: { type: String, required: true, immutable: true },
    state: { type: String, enum: mailStates, required: true },
    attempts: { type: [attempt], required: true },
    /** Attempts before a person had it sent again; they do not count against the new round. */
    attemptsBefore: { type: Number, required: true, default: 0 },
    /** queued: not to be tried before. sending: whoever sends it is dead by then. Null once sent or given up. */
    dueAt: { type: Date, default: null },
    /** Rises with every change; what a second sender of the same mail fails on. */
    version: { type: Number, required: true, default: 0 },
    /** The secret link, encrypted; gone once it was sent or has expired. */
    sealedLink: { type: String, default: null },
    linkExpiresAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    sentAt: { type: Date, default: null },
  },
  { collection: 'mails', versionKey: false },
)
schema.index({ tenantId: 1, dedupeKey: 1 }, { unique: true })
schema.index({ tenantId: 1, _id: -1 })
schema.index({ tenantId: 1, state: 1, _id: -1 })
schema.index({ tenantId: 1, 'folded.subject': 1, _id: 1 })
schema.index({ tenantId: 1, 'folded.to': 1, _id: 1 })
schema.index({ state: 1, dueAt: 1 })
schema.index({ linkExpiresAt: 1 })
foldedFields(schema, ['to', 'subject'])
schema.plugin(tenantGuard)

export type MailDoc = InferSchemaType<typeof schema>
export const MailModel = model('Mail', schema)
