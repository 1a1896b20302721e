import { Refusal } from '@insula/contracts'
import { acrossTenants, MemberModel, type TenantDoc, TenantModel } from '@insula/db'
import { workIn } from '../../identity/service/index.ts'
import type { Person } from '../../kernel/actor.ts'
import { textOf } from '../../kernel/stored.ts'

/** The tenants a person belongs to, oldest membership first. */
export async function membershipsOf(userId: string): Promise<{ tenant: TenantDoc; role: string }[]> {
  const members = await acrossTenants(
    MemberModel.find({ userId }).sort({ _id: 1 }).lean(),
    'a person’s own memberships',
  )
  const tenants = await TenantModel.find({ _id: { $in: members.map((member) => member.tenantId) } }).lean()
  const byId = new Map(tenants.map((tenant) => [tenant._id, tenant]))
  return members.flatMap((member) => {
    const tenant = byId.get(member.tenantId)
    return tenant ? [{ tenant, role: textOf(member.role, 'none') }] : []
  })
}

/** Moves the session into another of the person's tenants. One they are not in might as well not exist. */
export async function switchTenant(person: Person, tenantId: string): Promise<void> {
  const member = await MemberModel.exists({ tenantId, userId: person.user.id })
  if (!member) throw new Refusal('not_found', 'There is no such tenant.')
  await workIn(person.sessionId, tenantId)
}
