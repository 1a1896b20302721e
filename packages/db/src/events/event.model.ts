import { eventTypes } from '@insula/contracts'
import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'

/** How long an event stays that has reached everyone: what can be looked up or sent again afterwards is no older. */
const keptSeconds = 30 * 24 * 3_600

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
    /** Names of the listeners that are done with it. */
    reached: { type: [String], default: [] },
    /** When it had reached every one of its listeners. */
    dispatchedAt: { type: Date, default: null },
    /** Before this the sweep leaves it alone. */
    dueAt: { type: Date, default: null },
  },
  { collection: 'events', versionKey: false },
)
schema.index({ at: 1 }, { partialFilterExpression: { dispatchedAt: null }, name: 'undispatched' })
schema.index({ tenantId: 1, _id: -1 })
// MongoDB lets null stay: what has not reached everyone does not expire.
schema.index({ dispatchedAt: 1 }, { expireAfterSeconds: keptSeconds })

export type EventDoc = InferSchemaType<typeof schema>
export const EventModel = model('Event', schema)
