import type { PlanVersion } from '@insula/contracts'
import type { PlanDoc } from '@insula/db'
import { giftOf } from '../kernel/plans.ts'
import { instantOf } from '../kernel/stored.ts'

export const presentPlanVersion = (row: PlanDoc & { updatedAt?: Date }): PlanVersion => ({
  version: row.version,
  state: row.state,
  name: row.name,
  description: row.description,
  highlights: row.highlights,
  currency: row.currency,
  prices: { month: row.prices?.month ?? null, year: row.prices?.year ?? null },
  ...giftOf(row),
  position: row.position,
  revision: row.revision,
  editedBy: row.editedBy?.name ?? null,
  editedAt: instantOf(row.updatedAt),
  publishedBy: row.publishedBy?.name ?? null,
  publishedAt: row.publishedAt?.toISOString() ?? null,
  stripe: { state: row.stripe?.state ?? 'none', reason: row.stripe?.reason ?? null },
})

type Facts = Pick<
  PlanDoc,
  'name' | 'description' | 'highlights' | 'currency' | 'limits' | 'features' | 'position'
> & { prices?: { month?: number | null; year?: number | null } | null }

/** What the audit log keeps of a version. */
export const factsOf = ({ prices, limits, ...row }: Facts) => ({
  name: row.name,
  description: row.description,
  highlights: row.highlights,
  currency: row.currency,
  month: prices?.month ?? null,
  year: prices?.year ?? null,
  limits,
  features: row.features,
  position: row.position,
})
