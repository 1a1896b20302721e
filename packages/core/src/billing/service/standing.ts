import {
  type BillingExit,
  type BillingNotice,
  freePlanId,
  type SubscriptionState,
  standing,
  statesThat,
} from '@insula/contracts'
import {
  type BillingInvoiceDoc,
  BillingInvoiceModel,
  type SubscriptionDoc,
  SubscriptionModel,
} from '@insula/db'
import { planOf } from '../../kernel/plans.ts'

/** How a tenant stands with Stripe. */
export interface TenantStanding {
  /** The one that runs, or else the one that was begun; null when there is none, or all are over. */
  subscription: SubscriptionDoc | null
  /** What has to be paid before the subscription goes on. */
  openInvoice: BillingInvoiceDoc | null
  exits: BillingExit[]
}

export async function standingOf(tenantId: string): Promise<TenantStanding> {
  const alive = await SubscriptionModel.find({ tenantId, state: { $in: statesThat(({ over }) => !over) } })
    .sort({ createdAt: -1, _id: -1 })
    .lean()
  const subscription = alive.find(({ state }) => standing[state].runs) ?? alive[0] ?? null
  if (!subscription) return { subscription, openInvoice: null, exits: ['checkout'] }
  const openInvoice = await openInvoiceOf(subscription)
  return { subscription, openInvoice, exits: exitsOf(subscription.state, openInvoice !== null) }
}

/** Without an open invoice there is nothing to pay; what is left is never nothing. */
function exitsOf(state: SubscriptionState, payable: boolean): BillingExit[] {
  return standing[state].exits.filter((exit) => exit !== 'pay' || payable)
}

/** Only where the state asks for it: an invoice that is sent may be open for weeks and nobody is late. */
async function openInvoiceOf({ tenantId, _id, state }: SubscriptionDoc): Promise<BillingInvoiceDoc | null> {
  if (!standing[state].notice) return null
  return BillingInvoiceModel.findOne({
    tenantId,
    state: 'open',
    hostedUrl: { $ne: null },
    stripeSubscriptionId: { $in: [_id, null] },
  })
    .sort({ createdAt: -1, _id: -1 })
    .lean()
}

/** What every page says to those who may see billing; null while nothing has to be done. */
export async function billingNotice(tenantId: string): Promise<BillingNotice | null> {
  const { subscription, openInvoice, exits } = await standingOf(tenantId)
  if (!subscription || !standing[subscription.state].notice) return null
  const { state, planId, graceEndsAt } = subscription
  return {
    state,
    planId: planId ?? freePlanId,
    planName: (await planOf(planId ?? freePlanId)).name,
    graceEndsAt: graceEndsAt?.toISOString() ?? null,
    payUrl: openInvoice?.hostedUrl ?? null,
    exits,
  }
}
