import { auditActions } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { foldedFields } from '../folded.ts'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantGuard } from '../tenancy.ts'

const schema = new Schema(
  {
    _id: { type: String, default: () => newId('auditEntry') },
    /** What happened before or outside any tenant, such as a sign-in, is filed under the person alone. */
    tenantId: { type: String, default: null, immutable: true },
    action: { type: String, enum: auditActions, required: true },
    actor: { type: { kind: String, id: String, name: String }, required: true, _id: false },
    target: { type: { kind: String, id: String, name: String }, required: true, _id: false },
    ipAddress: { type: String, default: null },
    userAgent: { type: String, default: null },
    requestId: { type: String, default: null },
    before: { type: Schema.Types.Mixed, default: null },
    after: { type: Schema.Types.Mixed, default: null },
    at: { type: Date, required: true },
  },
  { collection: 'audit_entries', versionKey: false },
)
schema.index({ tenantId: 1, _id: -1 })
schema.index({ tenantId: 1, action: 1, _id: -1 })
schema.index({ tenantId: 1, 'actor.id': 1, _id: -1 })
schema.index({ tenantId: 1, 'target.id': 1, _id: -1 })
foldedFields(schema, ['actor.name', 'target.name'])
schema.plugin(tenantGuard)

export type AuditEntryDoc = InferSchemaType<typeof schema>
export const AuditEntryModel = model('AuditEntry', schema)
