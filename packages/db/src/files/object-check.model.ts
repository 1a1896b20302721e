import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/**
 * A file whose objects in S3 are to be looked at again, so that none lies there that nobody counts: because its upload
 * form will have run out by then, or because the file is gone. Written in the transaction of what causes it.
 */
const schema = new Schema(
  {
    /** The file's id. */
    _id: { type: String, required: true },
    ...tenantField,
    dueAt: { type: Date, required: true },
    /** Until when something may still write to the file's keys: its upload form, or a worker that was at it. */
    writableUntil: { type: Date, required: true },
  },
  { collection: 'object_checks', versionKey: false },
)
schema.index({ dueAt: 1 })
schema.plugin(tenantGuard)

export type ObjectCheckDoc = InferSchemaType<typeof schema>
export const ObjectCheckModel = model('ObjectCheck', schema)
