import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tellsWho } from '../who-changed.ts'

/**
 * People, as better-auth writes them; we only read, and set the name and the platform role. Fields are
 * better-auth's: https://www.better-auth.com/docs/concepts/database#core-schema
 */
const schema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    email: { type: String, required: true },
    emailVerified: { type: Boolean, required: true },
    image: { type: String, default: null },
    platformRole: { type: String, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'users', versionKey: false },
)
schema.index({ email: 1 }, { unique: true })
tellsWho(schema)

export type UserDoc = InferSchemaType<typeof schema>
export const UserModel = model('User', schema)
