import { invitationStates, roleNames } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { foldedFields } from '../folded.ts'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

const schema = new Schema(
  {
    _id: { type: String, default: () => newId('invitation') },
    ...tenantField,
    email: { type: String, required: true },
    role: { type: String, enum: roleNames, required: true },
    state: {
      type: String,
      enum: invitationStates,
      required: true,
      default: 'pending',
    },
    /** SHA-256 of the mailed token; the token itself is never stored. */
    tokenHash: { type: String, required: true },
    /** `userId` is the person behind it: who invited, or whoever made the key that did. */
    invitedBy: { type: { id: String, name: String, userId: String }, required: true, _id: false },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'invitations', timestamps: true, versionKey: false },
)
schema.index({ tokenHash: 1 }, { unique: true })
schema.index({ tenantId: 1, _id: -1 })
schema.index({ tenantId: 1, 'folded.email': 1, _id: 1 })
// One open invitation per address and tenant, also when two are sent at once.
schema.index({ tenantId: 1, email: 1 }, { unique: true, partialFilterExpression: { state: 'pending' } })
// What waits for an address, wherever it comes from.
schema.index({ email: 1, state: 1 })
// What the sweep looks for.
schema.index({ state: 1, expiresAt: 1 })
schema.plugin(tenantGuard)
foldedFields(schema, ['email'])

export type InvitationDoc = InferSchemaType<typeof schema>
export const InvitationModel = model('Invitation', schema)
