import { permissionNames } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'
import { tellsWho } from '../who-changed.ts'

const schema = new Schema(
  {
    _id: { type: String, default: () => newId('apiKey') },
    ...tenantField,
    name: { type: String, required: true },
    prefix: { type: String, required: true },
    /** SHA-256 of the whole key: enough for a secret of 256 random bits. */
    secretHash: { type: String, required: true },
    scopes: { type: [{ type: String, enum: permissionNames }], required: true },
    /** `userId` is the person behind it: the maker, or whoever made the key that made this one. */
    createdBy: { type: { id: String, name: String, userId: String }, required: true, _id: false },
    /** Rises with each grant this key gives, so that a grant and the key's end meet in a write conflict. */
    grantsVersion: { type: Number, required: true, default: 0 },
    expiresAt: { type: Date, default: null },
    lastUsedAt: { type: Date, default: null },
    revokedAt: { type: Date, default: null },
  },
  { collection: 'api_keys', timestamps: true, versionKey: false },
)
schema.index({ secretHash: 1 }, { unique: true })
schema.index({ tenantId: 1, _id: -1 })
schema.index({ tenantId: 1, 'createdBy.id': 1 })
schema.plugin(tenantGuard)
tellsWho(schema)

export type ApiKeyDoc = InferSchemaType<typeof schema>
export const ApiKeyModel = model('ApiKey', schema)
