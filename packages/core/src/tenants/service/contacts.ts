import { type Permission, rolesWith } from '@insula/contracts'
import { MemberModel, TenantModel } from '@insula/db'
import { type Addressee, addresseesOf } from '../../identity/service/index.ts'

/** The tenant's name and the members who hold a permission: whom a mail about that matter goes to. */
export async function contactsOf(
  tenantId: string,
  permission: Permission,
): Promise<{ tenantName: string; people: Addressee[] } | null> {
  const tenant = await TenantModel.findById(tenantId, { name: 1 }).lean()
  if (!tenant) return null
  const members = await MemberModel.find(
    { tenantId, role: { $in: rolesWith(permission) } },
    { userId: 1 },
  ).lean()
  return { tenantName: tenant.name, people: await addresseesOf(members.map(({ userId }) => userId)) }
}
