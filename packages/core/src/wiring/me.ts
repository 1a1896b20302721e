import { entitlementKeys, type Me, type PlanView, permissionsOf } from '@insula/contracts'
import { billingNotice } from '../billing/service/index.ts'
import type { Person } from '../kernel/actor.ts'
import { offeredPlans, planFor, plansOf } from '../kernel/plans.ts'
import { membershipsOf } from '../tenants/service/index.ts'

/** Everything that the console's frame needs to know about whoever is asking. */
export async function whoAmI(person: Person): Promise<Me> {
  const memberships = await membershipsOf(person.user.id)
  const active = memberships.find(({ tenant }) => tenant._id === person.activeTenantId)
  const [planOf, offered] = await Promise.all([
    plansOf(memberships.map(({ tenant }) => tenant.planId)),
    active ? offeredPlans() : [],
  ])
  return {
    user: person.user,
    sessionId: person.sessionId,
    memberships: memberships.map(({ tenant, role }) => ({
      tenantId: tenant._id,
      slug: tenant.slug,
      name: tenant.name,
      role,
      planId: tenant.planId,
      planName: planOf(tenant.planId).name,
    })),
    tenant: active
      ? {
          id: active.tenant._id,
          slug: active.tenant.slug,
          name: active.tenant.name,
          locale: active.tenant.locale,
          timeZone: active.tenant.timeZone,
          currency: active.tenant.currency,
          role: active.role,
          permissions: [...permissionsOf(active.role)],
          ...planPart(planOf(active.tenant.planId), offered),
          billingNotice: permissionsOf(active.role).includes('billing:read')
            ? await billingNotice(active.tenant._id)
            : null,
        }
      : null,
  }
}

function planPart({ id, name, entitlements, features }: PlanView, offered: readonly PlanView[]) {
  const upgrades: Record<string, string> = {}
  for (const key of entitlementKeys) {
    const better = planFor(offered, key, entitlements[key] + 1)
    if (better) upgrades[key] = better.name
  }
  return { planId: id, planName: name, entitlements, features, upgrades }
}
