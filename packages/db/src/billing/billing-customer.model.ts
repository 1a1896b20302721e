import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** Which customer of Stripe's a tenant is. The only source of that: what Stripe's objects claim is not trusted. */
const schema = new Schema(
  {
    ...tenantField,
    /** Absent until Stripe has answered. */
    stripeCustomerId: { type: String },
    /** The member whose address it has, while they may manage billing: who began it. */
    payerId: { type: String, default: null },
    /** Customers that this tenant was before, deleted at Stripe since: their late events are still ours. */
    formerCustomerIds: { type: [String], default: [] },
    /** Idempotency key of the creation: the same key must bring the same data. */
    operationId: { type: String, required: true },
    /** What Stripe was told last. Until it has a customer this is what the creation is sent with. */
    name: { type: String, required: true },
    email: { type: String, default: null },
    locale: { type: String, default: null },
    /** When our copies were last made what Stripe says; written with each change of them, so that changes queue up. */
    syncedAt: { type: Date, default: null },
  },
  { collection: 'billing_customers', timestamps: true, versionKey: false },
)
schema.index({ tenantId: 1 }, { unique: true })
schema.index({ stripeCustomerId: 1 }, { unique: true, sparse: true })
schema.index({ formerCustomerIds: 1 }, { sparse: true })
schema.plugin(tenantGuard)

export type BillingCustomerDoc = InferSchemaType<typeof schema>
export const BillingCustomerModel = model('BillingCustomer', schema)
