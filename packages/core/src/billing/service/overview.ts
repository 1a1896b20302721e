import { type BillingInvoice, type BillingOverview, idPrefixes, type Page, Refusal } from '@insula/contracts'
import { BillingInvoiceModel } from '@insula/db'
import type { Actor } from '../../kernel/actor.ts'
import { planUsageOf } from '../../kernel/claims.ts'
import { notACursor, pageOf, requireCursor } from '../../kernel/pages.ts'
import { planOf } from '../../kernel/plans.ts'
import { tenantOf } from '../../kernel/tenant.ts'
import { presentBillingInvoice, presentSubscription } from '../present.ts'
import { standingOf } from './standing.ts'

/** The plan that holds now, the subscription behind it, what can be done about it, and what is used of each limit. */
export async function overview({ tenantId }: Actor): Promise<BillingOverview> {
  const [tenant, standing, usage] = await Promise.all([
    tenantOf(tenantId),
    standingOf(tenantId),
    planUsageOf({ tenantId }),
  ])
  if (!tenant) throw new Refusal('not_found', 'There is no such tenant.')
  const { planId } = tenant
  const { subscription, openInvoice, exits } = standing
  const plan = await planOf(planId)
  return {
    planId,
    planName: plan.name,
    subscription: subscription && (await presentSubscription(subscription)),
    openInvoice: openInvoice && presentBillingInvoice(openInvoice),
    exits,
    entitlements: plan.entitlements,
    usage,
  }
}

/**
 * The tenant's invoices, newest first by Stripe's own time, whenever we heard of them; drafts are not shown, since they may
 * still change.
 */
export async function listBillingInvoices(
  { tenantId }: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<BillingInvoice>> {
  const after = cursor === undefined ? {} : await afterInvoice(tenantId, cursor)
  const rows = await BillingInvoiceModel.find({ tenantId, state: { $ne: 'draft' }, ...after })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()
  return pageOf(rows, limit, presentBillingInvoice)
}

/** A cursor is an invoice's id; where it stands in the list is read from the invoice. */
async function afterInvoice(tenantId: string, cursor: string) {
  requireCursor(cursor, idPrefixes.billingInvoice)
  const last = await BillingInvoiceModel.findOne({ tenantId, _id: cursor }, { createdAt: 1 }).lean()
  if (!last) throw notACursor()
  const { createdAt } = last
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: cursor } }] }
}
