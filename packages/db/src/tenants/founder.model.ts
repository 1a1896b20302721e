import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'

/**
 * A row for each person who founded a tenant, by the person's id; it belongs to no tenant. It is written to with each
 * founding, so that two at once meet in a write conflict and the second counts the first.
 */
const schema = new Schema(
  { _id: { type: String, required: true }, founded: { type: Number, required: true, default: 0 } },
  { collection: 'founders', versionKey: false },
)

export type FounderDoc = InferSchemaType<typeof schema>
export const FounderModel = model('Founder', schema)
