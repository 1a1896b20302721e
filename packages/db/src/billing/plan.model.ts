import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tellsWho } from '../who-changed.ts'

/** A version of a plan. The published one holds for every tenant on the plan; there is one at most, and one draft at most. */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('planVersion') },
    planId: { type: String, required: true, immutable: true },
    version: { type: Number, required: true, immutable: true },
    state: { type: String, enum: ['draft', 'published', 'superseded'], required: true },
    /** Since when the plan is not offered any more; whoever is on it keeps it. */
    archivedAt: { type: Date, default: null },
    name: { type: String, required: true },
    description: { type: String, default: '' },
    highlights: { type: [String], required: true },
    /** ISO 4217, small letters. */
    currency: { type: String, required: true },
    /** Minor units; null where it is not sold so. */
    prices: { month: { type: Number, default: null }, year: { type: Number, default: null } },
    /** By limit; one that this version has not heard of is what the free plan says. */
    limits: { type: Schema.Types.Mixed, required: true },
    features: { type: [String], required: true },
    /** From left to right on the page of plans. */
    position: { type: Number, required: true },
    /** Rises with each time the draft is saved, so that of two who edit it one is told. */
    revision: { type: Number, required: true, default: 1 },
    /** What has become of its prices at Stripe. */
    stripe: {
      state: { type: String, enum: ['none', 'waiting', 'there', 'refused'], required: true, default: 'none' },
      reason: { type: String, default: null },
      /** When it is pushed again if nobody has by then. */
      dueAt: { type: Date, default: null },
      month: { type: String, default: null },
      year: { type: String, default: null },
    },
    editedBy: { id: { type: String, default: null }, name: { type: String, default: null } },
    publishedBy: { id: { type: String, default: null }, name: { type: String, default: null } },
    publishedAt: { type: Date, default: null },
  },
  { collection: 'billing_plans', timestamps: true, versionKey: false },
)
schema.index({ planId: 1, version: 1 }, { unique: true })
schema.index(
  { planId: 1 },
  { unique: true, partialFilterExpression: { state: 'published' }, name: 'one_published' },
)
schema.index({ planId: 1 }, { unique: true, partialFilterExpression: { state: 'draft' }, name: 'one_draft' })
schema.index({ 'stripe.dueAt': 1 })
// What everybody may do hangs on it, so a change of any is told to everybody.
tellsWho(schema)

export type PlanDoc = InferSchemaType<typeof schema>
export const PlanModel = model('Plan', schema)
