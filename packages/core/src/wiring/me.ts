import { type Me, permissionsOf, planOf } from '@insula/contracts'
import { billingNotice } from '../billing/service/index.ts'
import type { Person } from '../kernel/actor.ts'
import { membershipsOf } from '../tenants/service/index.ts'

/** Everything that the console's frame needs to know about whoever is asking. */
export async function whoAmI(person: Person): Promise<Me> {
  const memberships = await membershipsOf(person.user.id)
  const active = memberships.find(({ tenant }) => tenant._id === person.activeTenantId)
  return {
    user: person.user,
    sessionId: person.sessionId,
    memberships: memberships.map(({ tenant, role }) => ({
      tenantId: tenant._id,
      slug: tenant.slug,
      name: tenant.name,
      role,
      planId: tenant.planId,
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
          planId: active.tenant.planId,
          entitlements: planOf(active.tenant.planId).entitlements,
          billingNotice: permissionsOf(active.role).includes('billing:read')
            ? await billingNotice(active.tenant._id)
            : null,
        }
      : null,
  }
}
