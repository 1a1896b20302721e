import { formatMoney, freePlanId, noticeOf } from '@insula/contracts'
import { BillingInvoiceModel, SubscriptionModel } from '@insula/db'
import { planOf } from '../kernel/plans.ts'
import { tenantOf } from '../kernel/tenant.ts'

export interface FailedPayment {
  number: string
  /** As it is read: `€29.00`. */
  amount: string
  /** What it means for the plan. */
  consequence: string
  /** Stripe's page of the invoice. */
  payUrl: string
}

/** What a mail says of an invoice that could not be collected; null when it can no longer be paid, or was. */
export async function failedPayment(tenantId: string, invoiceId: string): Promise<FailedPayment | null> {
  const [invoice, tenant] = await Promise.all([
    BillingInvoiceModel.findOne({ tenantId, _id: invoiceId, state: 'open' }).lean(),
    tenantOf(tenantId),
  ])
  if (!invoice?.hostedUrl || !tenant) return null
  const subscription = await SubscriptionModel.findOne({
    tenantId,
    _id: invoice.stripeSubscriptionId ?? '',
  }).lean()
  return {
    number: invoice.number ?? '',
    amount: formatMoney(invoice.total, invoice.currency, { locale: 'en' }),
    consequence: subscription ? await consequenceOf(subscription, tenant.timeZone) : '',
    payUrl: invoice.hostedUrl,
  }
}

type Late = Pick<
  NonNullable<Awaited<ReturnType<typeof SubscriptionModel.findOne>>>,
  'state' | 'planId' | 'graceEndsAt'
>

async function consequenceOf({ state, planId, graceEndsAt }: Late, timeZone: string): Promise<string> {
  const plan = (await planOf(planId ?? freePlanId)).name
  const end = graceEndsAt
    ? new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(graceEndsAt)
    : null
  return noticeOf(state, { plan, end })?.text ?? ''
}
