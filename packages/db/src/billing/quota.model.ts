import { limitKeys } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** What a tenant has claimed of each limit. Changed only by one conditional update at a time. */
const schema = new Schema(
  {
    ...tenantField,
    key: { type: String, enum: limitKeys, required: true },
    used: { type: Number, required: true, default: 0 },
  },
  { collection: 'billing_quotas', versionKey: false },
)
schema.index({ tenantId: 1, key: 1 }, { unique: true })
schema.plugin(tenantGuard)

export type QuotaDoc = InferSchemaType<typeof schema>
export const QuotaModel = model('Quota', schema)
