import { type Entitlements, type LimitKey, limitKeys, limitNames, Refusal, roomFor } from '@insula/contracts'
import { acrossTenants, QuotaModel } from '@insula/db'
import { coreEnv } from './env.ts'
import { offeredPlans, planFor, planOf } from './plans.ts'
import { tenantOf } from './tenant.ts'

/** Whose plan a claim is made on. An actor that carries what its plan allows costs no read. */
export interface Claimant {
  tenantId: string
  entitlements?: Entitlements | null
}

/** What a tenant's plan allows. */
export async function entitlementsOf({ tenantId, entitlements }: Claimant): Promise<Entitlements> {
  if (entitlements) return entitlements
  const tenant = await tenantOf(tenantId)
  if (!tenant) throw new Refusal('not_found', 'There is no such tenant.')
  return (await planOf(tenant.planId)).entitlements
}

/** Makes the counters that claims are made on. Called once, in the transaction that creates the tenant. */
export async function openQuotas(tenantId: string, used: Partial<Record<LimitKey, number>>): Promise<void> {
  await QuotaModel.insertMany(limitKeys.map((key) => ({ tenantId, key, used: used[key] ?? 0 })))
}

/**
 * Takes `amount` of a limit in one conditional update, so that two who want the last unit cannot both have it.
 * Refuses with `limit_reached`, telling used and limit and the plan that lifts it.
 */
export async function claim(claimant: Claimant, key: LimitKey, amount: number): Promise<void> {
  const { tenantId } = claimant
  const limit = (await entitlementsOf(claimant))[key]
  const claimed = await QuotaModel.updateOne(
    { tenantId, key, used: { $lte: limit - amount } },
    { $inc: { used: amount } },
  )
  if (claimed.modifiedCount === 1) return
  const used = (await QuotaModel.findOne({ tenantId, key }).lean())?.used ?? 0
  const better = planFor(await offeredPlans(), key, used + amount)
  const limits = { limit: { key, used, limit, requested: amount } }
  const beyond = `This would go beyond your plan’s ${limitNames[key]}.`
  if (better) {
    const { id, name, highlights } = better
    throw new Refusal('limit_reached', beyond, { ...limits, upgradeTo: id, upgrade: { name, highlights } })
  }
  const contact = coreEnv().CONTACT_EMAIL
  const ask = contact ? `, or write to ${contact}` : ''
  throw new Refusal('limit_reached', `${beyond} No plan has more. ${roomFor[key]}${ask}.`, {
    ...limits,
    ...(contact && { contact }),
  })
}

/** Gives back what was claimed. Never goes below zero. */
export const release = (tenantId: string, key: LimitKey, amount: number): Promise<void> =>
  adjust(tenantId, key, -amount)

/** Counts more or less without asking whether the plan allows it: for what is there already. Never goes below zero. */
export async function adjust(tenantId: string, key: LimitKey, by: number): Promise<void> {
  await QuotaModel.updateOne(
    { tenantId, key },
    [{ $set: { used: { $max: [0, { $add: ['$used', by] }] } } }],
    { updatePipeline: true },
  )
}

/** How much of a limit each of these tenants uses; one that has claimed nothing is left out. */
export async function usedByEach(tenantIds: string[], key: LimitKey): Promise<Map<string, number>> {
  const rows = await acrossTenants(
    QuotaModel.find({ tenantId: { $in: tenantIds }, key }).lean(),
    'the operator sees all tenants',
  )
  return new Map(rows.map((row) => [row.tenantId, row.used]))
}

export async function planUsageOf(claimant: Claimant) {
  const { tenantId } = claimant
  const [entitlements, rows] = await Promise.all([
    entitlementsOf(claimant),
    QuotaModel.find({ tenantId }).lean(),
  ])
  return limitKeys.map((key) => ({
    key,
    used: rows.find((row) => row.key === key)?.used ?? 0,
    limit: entitlements[key],
  }))
}
