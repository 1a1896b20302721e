import { type Entitlements, type Feature, features, freePlanId } from '@insula/contracts'
import { isDuplicate, PlanModel, transaction } from '@insula/db'

const MB = 1_000_000
const GB = 1000 * MB

interface DefaultPlan {
  planId: string
  name: string
  description: string
  highlights: string[]
  currency: string
  prices: { month: number | null; year: number | null }
  limits: Entitlements
  features: Feature[]
}

/** What the free plan gives where no row says it. */
export const defaultFree: DefaultPlan = {
  planId: freePlanId,
  name: 'Free',
  description: 'To try Insula with a small team',
  highlights: ['25 MB of files', '5 seats', '2 API keys'],
  currency: 'eur',
  prices: { month: null, year: null },
  limits: { 'storage-bytes': 25 * MB, seats: 5, 'api-keys': 2, 'max-file-bytes': 20 * MB },
  features,
}

export const defaultPro: DefaultPlan = {
  planId: 'pro',
  name: 'Pro',
  description: 'For a business that runs on it',
  highlights: ['100 GB of files', '50 seats', '25 API keys'],
  currency: 'eur',
  prices: { month: 2_900, year: 29_000 },
  limits: { 'storage-bytes': 100 * GB, seats: 50, 'api-keys': 25, 'max-file-bytes': 100 * MB },
  features,
}

/** In the order of the page of plans. From the first start on they are what the platform's admins make of them. */
const defaultPlans = [defaultFree, defaultPro]

/** Makes the plans that an installation begins with, where it has none. */
export async function ensurePlans(now: Date = new Date()): Promise<void> {
  if (await PlanModel.exists({})) return
  const rows = defaultPlans.map((plan, position) => ({
    ...plan,
    position,
    version: 1,
    state: 'published',
    publishedAt: now,
    stripe: plan.planId === freePlanId ? { state: 'none' } : { state: 'waiting', dueAt: now },
  }))
  try {
    // All or none: a process that dies here leaves nothing that the next would take for the whole.
    await transaction(() => PlanModel.insertMany(rows))
  } catch (error) {
    // Another process that starts at the same time was first.
    if (!isDuplicate(error)) throw error
  }
}
