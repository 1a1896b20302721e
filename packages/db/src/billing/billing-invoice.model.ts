import { type InferSchemaType, Schema } from 'mongoose'
import { newId } from '../id.ts'
import { model } from '../model.ts'
import { tenantField, tenantGuard } from '../tenancy.ts'

/** An invoice as Stripe last showed it; the PDF stays with Stripe. */
const schema = new Schema(
  {
    _id: { type: String, default: () => newId('billingInvoice') },
    ...tenantField,
    stripeInvoiceId: { type: String, required: true, immutable: true },
    number: { type: String, default: null },
    state: { type: String, enum: ['draft', 'open', 'paid', 'uncollectible', 'void'], required: true },
    /** Minor units of `currency`. */
    total: { type: Number, required: true },
    currency: { type: String, required: true },
    /** When Stripe made it, which may be long before we heard of it. */
    createdAt: { type: Date, required: true },
    stripeSubscriptionId: { type: String, default: null },
    /** How often collecting it was tried. */
    attemptCount: { type: Number, default: 0 },
    paidAt: { type: Date, default: null },
    pdfUrl: { type: String, default: null },
    hostedUrl: { type: String, default: null },
  },
  { collection: 'billing_invoices', versionKey: false },
)
schema.index({ stripeInvoiceId: 1 }, { unique: true })
schema.index({ tenantId: 1, createdAt: -1, _id: -1 })
schema.plugin(tenantGuard)

export type BillingInvoiceDoc = InferSchemaType<typeof schema>
export const BillingInvoiceModel = model('BillingInvoice', schema)
