import { type PlatformPlan, Refusal } from '@insula/contracts'
import { type PlanDoc, PlanModel } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'
import type { Person } from '../../kernel/actor.ts'
import { countOnPlan } from '../../kernel/on-plan.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { presentPlanVersion } from '../present-plan.ts'

const shownFormer = 20

/** Every plan with its versions: the one that holds, the draft, and those of before. */
export async function listPlatformPlans(): Promise<PlatformPlan[]> {
  return plansIn(await PlanModel.find({}).sort({ position: 1, planId: 1, version: -1 }).lean())
}

/** One plan. Throws `not_found` where there is none. */
export async function getPlan(planId: string): Promise<PlatformPlan> {
  const [plan] = await plansIn(await PlanModel.find({ planId }).sort({ version: -1 }).lean())
  if (!plan) throw new Refusal('not_found', `There is no plan “${planId}”.`, { field: 'planId' })
  return plan
}

async function plansIn(rows: PlanDoc[]): Promise<PlatformPlan[]> {
  const byPlan = Map.groupBy(rows, ({ planId }) => planId)
  const plans = await Promise.all(
    [...byPlan].map(async ([planId, versions]) => {
      const published = versions.find(({ state }) => state === 'published')
      const draft = versions.find(({ state }) => state === 'draft')
      const former = versions.filter((one) => one !== published && one !== draft)
      return {
        planId,
        tenants: await countOnPlan(planId),
        archivedAt: published?.archivedAt?.toISOString() ?? null,
        published: published ? presentPlanVersion(published) : null,
        draft: draft ? presentPlanVersion(draft) : null,
        former: former
          .sort((one, other) => other.version - one.version)
          .slice(0, shownFormer)
          .map(presentPlanVersion),
      }
    }),
  )
  const place = ({ published, draft }: PlatformPlan) => (published ?? draft)?.position ?? 0
  return plans.sort((one, other) => place(one) - place(other) || (one.planId < other.planId ? -1 : 1))
}

/** Has a plan that Stripe did not take pushed again. */
export async function pushPlanAgain(
  person: Person,
  { planId }: { planId: string },
  now: Date = new Date(),
): Promise<PlatformPlan> {
  const published = await PlanModel.findOneAndUpdate(
    { planId, state: 'published', 'stripe.state': { $in: ['waiting', 'there', 'refused'] } },
    { $set: { 'stripe.state': 'waiting', 'stripe.reason': null, 'stripe.dueAt': now } },
  ).lean()
  if (!published)
    throw new Refusal('conflict', 'Nothing of this plan is for sale, so Stripe need not hold it.')
  await recordPersonal(person, 'plan.pushed-again', {
    target: { kind: 'plan', id: planId, name: published.name },
  })
  // Whatever becomes of this, the sweep finds the plan.
  await enqueue(billingJobs.pushPlan, { planId }).catch(() => {})
  return getPlan(planId)
}
