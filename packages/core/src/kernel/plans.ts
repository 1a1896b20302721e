import {
  type EntitlementKey,
  type Entitlements,
  eachLimit,
  freePlanId,
  type PlanView,
} from '@insula/contracts'
import { type PlanDoc, PlanModel } from '@insula/db'
import { defaultFree } from './default-plans.ts'

/** What a plan gives. */
export interface PlanGift {
  entitlements: Entitlements
  features: string[]
}

/** Of a plan's row, all that says what it gives. */
export type GivingRow = Pick<PlanDoc, 'limits' | 'features'>

/** A limit of which the row does not speak, since it is of an earlier release, is as in the free plan at the beginning. */
export const giftOf = ({ limits, features }: GivingRow): PlanGift => ({
  entitlements: eachLimit((key) => limits?.[key] ?? defaultFree.limits[key]),
  features,
})

const inForce = { state: 'published' } as const

/** The plan that holds now for whoever is on it. One that is unknown gives what the free one gives, under its own name. */
export async function planOf(planId: string): Promise<PlanView> {
  return (await plansOf([planId]))(planId)
}

/** The same for several in one read. */
export async function plansOf(planIds: readonly string[]): Promise<(planId: string) => PlanView> {
  const rows = await PlanModel.find({ ...inForce, planId: { $in: [...planIds, freePlanId] } }).lean()
  const known = new Map(rows.map((row) => [row.planId, presentPlan(row)]))
  const free = known.get(freePlanId) ?? presentPlan(defaultFree)
  return (planId) => known.get(planId) ?? { ...free, id: planId, name: planId }
}

/** Those that can be had, in the order of the page of plans. */
export async function offeredPlans(): Promise<PlanView[]> {
  const rows = await PlanModel.find({ ...inForce, archivedAt: null })
    .sort({ position: 1, planId: 1 })
    .lean()
  return rows.map(presentPlan)
}

/** The first of these plans that gives at least so much of a limit; null when none does. */
export const planFor = (plans: readonly PlanView[], key: EntitlementKey, atLeast: number): PlanView | null =>
  plans.find((plan) => plan.entitlements[key] >= atLeast) ?? null

type Presentable = Pick<
  PlanDoc,
  'planId' | 'name' | 'description' | 'currency' | 'highlights' | 'limits' | 'features'
> & { prices?: { month?: number | null; year?: number | null } | null }

const presentPlan = (row: Presentable): PlanView => ({
  id: row.planId,
  name: row.name,
  description: row.description,
  prices: { month: row.prices?.month ?? null, year: row.prices?.year ?? null },
  currency: row.currency,
  highlights: row.highlights,
  ...giftOf(row),
})
