import { SessionModel, UserModel } from '@insula/db'
import { textOf } from '../../kernel/stored.ts'

/** Stands in for a person who is gone. */
export const nobody = { name: 'Deleted account', email: '' }

/** A person's name as it is shown; older rows may hold something else than text. */
export const nameOf = (stored: unknown) => textOf(stored, 'Unnamed')

/** Names and addresses of people, by id; whoever is gone is missing from the map. */
export async function peopleByIds(userIds: string[]): Promise<Map<string, { name: string; email: string }>> {
  const asked = userIds.filter((userId) => typeof userId === 'string')
  const docs = await UserModel.find({ _id: { $in: asked } }, { name: 1, email: 1 }).lean()
  return new Map(docs.map((doc) => [doc._id, { name: nameOf(doc.name), email: textOf(doc.email, '') }]))
}

/** Whether somebody has proven to own this address. */
export async function isRegistered(email: string): Promise<boolean> {
  return (await UserModel.exists({ email, emailVerified: true })) !== null
}

/** The id of whoever is registered under this address. */
export async function userIdOf(email: string): Promise<string | null> {
  return (await UserModel.findOne({ email }, { _id: 1 }).lean())?._id ?? null
}

/** Makes a tenant the one that this session works in. The caller has checked that the person belongs there. */
export async function workIn(sessionId: string, tenantId: string): Promise<void> {
  await SessionModel.updateOne({ _id: sessionId }, { activeTenantId: tenantId })
}
