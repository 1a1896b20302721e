import { acrossTenants, PlanModel, StripeEventModel, SubscriptionModel } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'
import { syncSubscriptions } from '../stripe/subscriptions.ts'
import { pushAgainMs } from './push-plan.ts'

const batch = 500
/** Before an event that was swept is swept again. */
const againMs = 60_000

/**
 * Queues events that were stored and not applied and plans that Stripe does not hold yet, and ends patience where it is
 * over. Returns how many events were queued.
 */
export async function sweepBilling(now: Date = new Date()): Promise<number> {
  const left = await StripeEventModel.find({ state: 'received', dueAt: { $lte: now } }, { _id: 1 })
    .sort({ dueAt: 1 })
    .limit(batch)
    .lean()
  for (const { _id } of left) {
    await enqueue(billingJobs.applyStripeEvent, { eventId: _id })
    await StripeEventModel.updateOne({ _id }, { $set: { dueAt: new Date(now.getTime() + againMs) } })
  }
  await queuePushes(now)
  const overdue = await acrossTenants(
    SubscriptionModel.find({ graceEndsAt: { $lte: now } })
      .limit(batch)
      .lean(),
    'patience ends for any tenant',
  )
  for (const { tenantId, stripeCustomerId } of overdue) {
    await syncSubscriptions({ tenantId, stripeCustomerId }, 'sweep', now)
  }
  return left.length
}

async function queuePushes(now: Date): Promise<void> {
  const due = { state: 'published', 'stripe.dueAt': { $lte: now } } as const
  for (const { _id, planId } of await PlanModel.find(due, { planId: 1 }).lean()) {
    await enqueue(billingJobs.pushPlan, { planId })
    const dueAt = new Date(now.getTime() + pushAgainMs)
    await PlanModel.updateOne({ _id, 'stripe.state': 'waiting' }, { $set: { 'stripe.dueAt': dueAt } })
  }
}
