import { type InferSchemaType, Schema } from 'mongoose'
import { foldedFields } from '../folded.ts'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tellsWho } from '../who-changed.ts'

const schema = new Schema(
  {
    _id: { type: String, default: () => newId('tenant') },
    slug: { type: String, required: true },
    name: { type: String, required: true },
    locale: { type: String, required: true, default: 'en' },
    timeZone: { type: String, required: true, default: 'UTC' },
    currency: { type: String, required: true, default: 'EUR' },
    /** Kept here, beside the name, so that one read tells what a tenant may do. Written by billing alone. */
    planId: { type: String, required: true, default: 'free' },
    /**
     * Rises with each change of owners, and when somebody is invited or joins: two that cannot both be true (the last two
     * owners leave; an address is invited while it accepts) meet in a write conflict.
     */
    peopleVersion: { type: Number, required: true, default: 0 },
    createdBy: { type: String, required: true },
  },
  { collection: 'tenants', timestamps: true, versionKey: false },
)
schema.index({ slug: 1 }, { unique: true })
schema.index({ createdBy: 1, planId: 1 })
schema.index({ 'folded.name': 1, _id: 1 })
foldedFields(schema, ['name', 'slug'])
tellsWho(schema)

export type TenantDoc = InferSchemaType<typeof schema>
export const TenantModel = model('Tenant', schema)
