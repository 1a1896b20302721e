import { SessionModel, UserModel } from '@insula/db'

/** Names and addresses of people, by id; whoever is gone is missing from the map. */
export async function peopleByIds(userIds: string[]): Promise<Map<string, { name: string; email: string }>> {
  const docs = await UserModel.find({ _id: { $in: userIds } }, { name: 1, email: 1 }).lean()
  return new Map(docs.map((doc) => [doc._id, { name: doc.name, email: doc.email }]))
}

/** Whether somebody is registered under this address. */
export async function isRegistered(email: string): Promise<boolean> {
  return (await UserModel.exists({ email })) !== null
}

/** The id of whoever is registered under this address. */
export async function userIdOf(email: string): Promise<string | null> {
  return (await UserModel.findOne({ email }, { _id: 1 }).lean())?._id ?? null
}

/** Makes a tenant the one that this session works in. The caller has checked that the person belongs there. */
export async function workIn(sessionId: string, tenantId: string): Promise<void> {
  await SessionModel.updateOne({ _id: sessionId }, { activeTenantId: tenantId })
}
