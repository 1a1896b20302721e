import { events, type Role, type User } from '@insula/contracts'
import { MemberModel, newId, transaction } from '@insula/db'
import { systemActor } from '../../kernel/actor.ts'
import { claim } from '../../kernel/claims.ts'
import { emit } from '../../kernel/emit.ts'
import { record } from '../../kernel/record.ts'

/** Puts a person into a tenant without an invitation: for demos and for tests. Whoever is in already stays as they are. */
export async function addMember(tenantId: string, user: User, role: Role): Promise<void> {
  await transaction(async () => {
    if (await MemberModel.exists({ tenantId, userId: user.id })) return
    await claim({ tenantId }, 'seats', 1)
    const memberId = newId('member')
    await MemberModel.create([{ _id: memberId, tenantId, userId: user.id, role }])
    const actor = systemActor(tenantId, 'seed')
    await record(
      actor,
      'member.joined',
      { kind: 'member', id: memberId, name: user.name },
      { after: { role } },
    )
    await emit(actor, events.memberJoined, { memberId, userId: user.id })
  })
}
