import { acrossTenants, MemberModel, TenantModel } from '@insula/db'

/** What any domain may know of the tenant that it works for; null when there is no such tenant. */
export const tenantOf = (tenantId: string) =>
  TenantModel.findById(tenantId, { name: 1, locale: 1, timeZone: 1, planId: 1 }).lean()

/** The tenants that a person belongs to, the longest first. */
export async function tenantIdsOf(userId: string): Promise<string[]> {
  const memberships = await acrossTenants(
    MemberModel.find({ userId }, { tenantId: 1 }).sort({ _id: 1 }).lean(),
    'a person’s own memberships',
  )
  return memberships.map(({ tenantId }) => tenantId)
}
