import { BillingInvoiceState, events } from '@insula/contracts'
import { BillingInvoiceModel, newId } from '@insula/db'
import { type StripeInvoice, stripeProvider } from '@insula/providers/stripe'
import { systemActor } from '../../kernel/actor.ts'
import { emit } from '../../kernel/emit.ts'
import { record } from '../../kernel/record.ts'
import { fenced } from './fenced.ts'
import type { TenantCustomer } from './subscriptions.ts'

/** Makes our copy of an invoice what Stripe says it is now. An invoice of another customer's is left alone. */
export async function syncBillingInvoice(
  customer: TenantCustomer,
  stripeInvoiceId: string,
  requestId: string,
): Promise<void> {
  await fenced(
    stripeInvoiceId,
    () => stripeProvider().readInvoice(stripeInvoiceId),
    (fresh) => apply(customer, stripeInvoiceId, fresh, requestId),
  )
}

async function apply(
  { tenantId, stripeCustomerId }: TenantCustomer,
  stripeInvoiceId: string,
  fresh: StripeInvoice | null,
  requestId: string,
): Promise<void> {
  if (fresh === null) {
    // Only drafts can be deleted at Stripe.
    await BillingInvoiceModel.deleteOne({ tenantId, stripeInvoiceId, state: 'draft' })
    return
  }
  if (fresh.customerId !== stripeCustomerId) return
  const before = await BillingInvoiceModel.findOne({ tenantId, stripeInvoiceId }).lean()
  const { number, total, currency, createdAt, paidAt, pdfUrl, hostedUrl, attemptCount } = fresh
  const { subscriptionId: stripeSubscriptionId } = fresh
  const state = BillingInvoiceState.parse(fresh.state)
  const _id = before?._id ?? newId('billingInvoice')
  await BillingInvoiceModel.updateOne(
    { tenantId, stripeInvoiceId },
    {
      $set: {
        number,
        state,
        total,
        currency,
        createdAt,
        paidAt,
        pdfUrl,
        hostedUrl,
        attemptCount,
        stripeSubscriptionId,
      },
      $setOnInsert: { _id },
    },
    { upsert: true },
  )
  const actor = systemActor(tenantId, requestId)
  if (state === 'open' && attemptCount > (before?.attemptCount ?? 0)) {
    const target = { kind: 'billing-invoice', id: _id, name: number }
    await record(actor, 'billing-invoice.payment-failed', target, {
      after: { attempt: attemptCount, total, currency },
    })
    await emit(actor, events.billingInvoicePaymentFailed, { billingInvoiceId: _id, attempt: attemptCount })
  }
  if (state !== 'paid' || before?.state === 'paid') return
  await record(
    actor,
    'billing-invoice.paid',
    { kind: 'billing-invoice', id: _id, name: number },
    { before: { state: before?.state ?? null }, after: { state, total, currency } },
  )
  await emit(actor, events.billingInvoicePaid, { billingInvoiceId: _id })
}
