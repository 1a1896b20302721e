import {
  type BillingOverview,
  type Invoice,
  idPrefixes,
  type Page,
  type Plan,
  type PlanId,
  plans,
  Refusal,
} from '@insula/contracts'
import { InvoiceModel, SubscriptionModel, TenantModel } from '@insula/db'
import type { Actor } from '../../access/actor.ts'
import { afterCursor, pageOf } from '../../page.ts'
import { presentInvoice, presentSubscription } from '../present.ts'
import { usageOf } from '../quota.ts'
import { runs } from '../stripe/subscriptions.ts'

/** The plan that holds now, the subscription behind it, and what is used of each limit. */
export async function overview({ tenantId }: Actor): Promise<BillingOverview> {
  const [tenant, subscription, usage] = await Promise.all([
    TenantModel.findById(tenantId, { planId: 1 }).lean(),
    SubscriptionModel.findOne({ tenantId, state: { $in: [...runs] } })
      .sort({ createdAt: -1 })
      .lean(),
    usageOf(tenantId),
  ])
  if (!tenant) throw new Refusal('not_found', 'There is no such tenant.')
  const planId = tenant.planId as PlanId
  return {
    planId,
    subscription: subscription && presentSubscription(subscription),
    entitlements: plans[planId].entitlements,
    usage,
  }
}

/** Every plan that can be had. */
export const listPlans = (): Plan[] => Object.values(plans)

/** The tenant's invoices, newest first; drafts are not shown, since they may still change. */
export async function listInvoices(
  { tenantId }: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Invoice>> {
  const rows = await InvoiceModel.find({
    tenantId,
    state: { $ne: 'draft' },
    ...afterCursor(cursor, idPrefixes.invoice),
  })
    .sort({ _id: -1 })
    .limit(limit + 1)
    .lean()
  return pageOf(rows, limit, presentInvoice)
}
