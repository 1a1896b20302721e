import { mongoHandles, newId, QuotaModel } from '@insula/db'

/** Rows that no code of ours writes, put in by the driver: members and invitations whose fields hold anything or nothing. */
export async function writtenByHand(
  tenantId: string,
): Promise<{ memberIds: string[]; openInvitations: number }> {
  const { db } = mongoHandles()
  const ids = (kind: 'user' | 'member' | 'invitation', count: number) =>
    Array.from({ length: count }, () => newId(kind))
  const users = ids('user', 2)
  await db.collection<{ _id: string }>('users').insertMany([
    { _id: users[0]!, name: { x: 1 }, email: `${users[0]}@example.test` },
    { _id: users[1]!, name: null, email: null },
  ] as never)
  const memberIds = ids('member', 5)
  const createdAt = new Date()
  await db.collection<{ _id: string }>('members').insertMany([
    { _id: memberIds[0]!, tenantId, userId: users[0], role: 'viewer', createdAt },
    { _id: memberIds[1]!, tenantId, userId: users[1], role: 'superuser', createdAt },
    { _id: memberIds[2]!, tenantId, userId: newId('user'), role: 'member' },
    { _id: memberIds[3]!, tenantId, userId: 'someone', role: 7, createdAt: 'yesterday' },
    { _id: memberIds[4]!, tenantId },
  ] as never)
  await db.collection<{ _id: string }>('invitations').insertMany([
    { _id: newId('invitation'), tenantId, email: 'a@example.test', role: 'chief', state: 'pending' },
    { _id: newId('invitation'), tenantId, email: 'b@example.test', state: 'lost', tokenHash: newId('event') },
    { _id: newId('invitation'), tenantId, tokenHash: newId('event'), invitedBy: 'me', state: 'revoked' },
  ] as never)
  await QuotaModel.updateOne({ tenantId, key: 'seats' }, { $inc: { used: memberIds.length + 1 } })
  return { memberIds, openInvitations: 1 }
}
