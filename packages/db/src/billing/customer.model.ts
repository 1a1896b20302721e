import { type InferSchemaType, Schema } from 'mongoose'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** Which customer of Stripe's a tenant is. The only source of that: what Stripe's objects claim is not trusted. */
const schema = new Schema(
  {
    ...tenantField,
    /** Absent until Stripe has answered. */
    stripeCustomerId: { type: String },
    /** Idempotency key of the creation, and what it was sent with: the same key must bring the same data. */
    operationId: { type: String, required: true },
    name: { type: String, required: true },
    email: { type: String, default: null },
  },
  { collection: 'billing_customers', timestamps: true, versionKey: false },
)
schema.index({ tenantId: 1 }, { unique: true })
schema.index({ stripeCustomerId: 1 }, { unique: true, sparse: true })
schema.plugin(tenantGuard)

export type CustomerDoc = InferSchemaType<typeof schema>
export const CustomerModel = model('BillingCustomer', schema)
