import { freePlanId, type LimitKey, limitKeys, type PlanPreview } from '@insula/contracts'
import { acrossTenants, PlanModel, QuotaModel, TenantModel } from '@insula/db'

/** How many tenants a plan holds for. */
export const countOnPlan = async (planId: string): Promise<number> =>
  TenantModel.countDocuments({ planId: await onPlan(planId) })

const shownOver = 20

/** Whoever is on a plan that is not there any more has what the free one gives. */
async function onPlan(planId: string) {
  if (planId !== freePlanId) return planId
  const others = await PlanModel.distinct('planId', { state: 'published', planId: { $ne: freePlanId } })
  return { $nin: others }
}

interface Over {
  _id: string
  name: string
  quotas: { key: LimitKey; used: number }[]
}

/** Those on a plan who use more than these limits: how many, and the first by name. */
export async function tenantsOver(
  planId: string,
  limits: Record<LimitKey, number>,
): Promise<PlanPreview['over']> {
  const pipeline = [
    { $match: { $or: limitKeys.map((key) => ({ key, used: { $gt: limits[key] } })) } },
    { $group: { _id: '$tenantId', quotas: { $push: { key: '$key', used: '$used' } } } },
    { $lookup: { from: TenantModel.collection.name, localField: '_id', foreignField: '_id', as: 'tenants' } },
    { $match: { 'tenants.planId': await onPlan(planId) } },
  ]
  const why = 'a plan is everybody’s'
  const [[total], first] = await Promise.all([
    acrossTenants(QuotaModel.aggregate<{ count: number }>([...pipeline, { $count: 'count' }]), why),
    acrossTenants(
      QuotaModel.aggregate<Over>([
        ...pipeline,
        { $project: { quotas: 1, name: { $arrayElemAt: ['$tenants.name', 0] } } },
        { $sort: { name: 1, _id: 1 } },
        { $limit: shownOver },
      ]),
      why,
    ),
  ])
  return {
    count: total?.count ?? 0,
    first: first.map(({ _id, name, quotas }) => ({
      tenantId: _id,
      name,
      limits: quotas.map(({ key, used }) => ({ key, used, limit: limits[key] })),
    })),
  }
}
