import { eventTypes } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'

/**
 * The outbox: a row is written in the transaction of the change it tells of, and dispatched afterwards, at
 * least once. Rows are read across tenants by the relay, so the tenant guard does not stand here.
 */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('event') },
    tenantId: { type: String, default: null, immutable: true },
    type: { type: String, enum: eventTypes, required: true },
    version: { type: Number, required: true },
    payload: { type: Schema.Types.Mixed, required: true },
    actorId: { type: String, default: null },
    requestId: { type: String, default: null },
    at: { type: Date, required: true },
    dispatchedAt: { type: Date, default: null },
  },
  { collection: 'events', versionKey: false },
)
schema.index({ at: 1 }, { partialFilterExpression: { dispatchedAt: null }, name: 'undispatched' })
schema.index({ tenantId: 1, _id: -1 })

export type EventDoc = InferSchemaType<typeof schema>
export const EventModel = model('Event', schema)
