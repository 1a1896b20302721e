import { freePlanId, intervals, type PlanPreview, type PlatformPlan, statesThat } from '@insula/contracts'
import { acrossTenants, afterCommit, PlanModel, SubscriptionModel, transaction } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'
import type { Person } from '../../kernel/actor.ts'
import { countOnPlan, tenantsOver } from '../../kernel/on-plan.ts'
import { giftOf } from '../../kernel/plans.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { factsOf } from '../present-plan.ts'
import { draftAsSeen } from './plan-drafts.ts'
import { getPlan } from './platform-plans.ts'

interface DraftRef {
  planId: string
  revision: number
}

/** Whom the draft touches: who is on the plan, who keeps the price they pay, and who uses more than it would allow. */
export async function previewPlan({ planId, revision }: DraftRef): Promise<PlanPreview> {
  const draft = await draftAsSeen(planId, revision)
  const published = await PlanModel.findOne({ planId, state: 'published' }).lean()
  const runs = { $in: statesThat(({ runs: running }) => running) }
  const [tenants, payers, over] = await Promise.all([
    countOnPlan(planId),
    acrossTenants(SubscriptionModel.countDocuments({ planId, state: runs }), 'a plan is everybody’s'),
    tenantsOver(planId, giftOf(draft).entitlements),
  ])
  const priceOf = (row: typeof published, interval: 'month' | 'year') => row?.prices?.[interval] ?? null
  const newPrices = intervals.filter(
    (one) =>
      published && (priceOf(published, one) !== priceOf(draft, one) || published.currency !== draft.currency),
  )
  return { tenants, payers, newPrices, over }
}

/**
 * Lets the draft hold, for every tenant on the plan from this moment; its prices hold for new subscriptions. Nothing is
 * deleted where a limit sinks below what is used. Refuses when the draft is another than was seen. Stripe is told by a job.
 */
export async function publishPlan(
  person: Person,
  { planId, revision }: DraftRef,
  now: Date = new Date(),
): Promise<PlatformPlan> {
  await transaction(async () => {
    const draft = await draftAsSeen(planId, revision)
    const before = await PlanModel.findOneAndUpdate(
      { planId, state: 'published' },
      { $set: { state: 'superseded', 'stripe.dueAt': null } },
    ).lean()
    await PlanModel.updateOne(
      { _id: draft._id, state: 'draft', revision },
      {
        $set: {
          state: 'published',
          publishedAt: now,
          publishedBy: { id: person.user.id, name: person.user.name },
          archivedAt: before?.archivedAt ?? null,
          stripe: planId === freePlanId ? { state: 'none' } : { state: 'waiting', dueAt: now },
        },
      },
    )
    await recordPersonal(person, 'plan.published', {
      target: { kind: 'plan', id: planId, name: draft.name },
      ...(before && { before: factsOf(before) }),
      after: factsOf(draft),
    })
    // If Redis does not take it, the sweep finds the plan.
    if (planId !== freePlanId) afterCommit(() => enqueue(billingJobs.pushPlan, { planId }))
  })
  return getPlan(planId)
}
