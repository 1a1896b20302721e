import { roleNames } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'
import { tellsWho } from '../who-changed.ts'

const schema = new Schema(
  {
    _id: { type: String, default: () => newId('member') },
    ...tenantField,
    userId: { type: String, required: true },
    role: { type: String, enum: roleNames, required: true },
    /** Rises with each grant this member gives, so that a grant and a demotion meet in a write conflict. */
    grantsVersion: { type: Number, required: true, default: 0 },
  },
  { collection: 'members', timestamps: true, versionKey: false },
)
schema.index({ tenantId: 1, userId: 1 }, { unique: true })
schema.index({ userId: 1 })
schema.plugin(tenantGuard)
tellsWho(schema)

export type MemberDoc = InferSchemaType<typeof schema>
export const MemberModel = model('Member', schema)
