import { acrossTenants, type InvitationDoc, InvitationModel, transaction } from '@insula/db'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { release } from '../../kernel/claims.ts'
import { moveIfItCan } from '../../kernel/move.ts'
import { anInvitation } from '../kinds.ts'

/**
 * Ends an open invitation without anybody joining and gives its seat back. Returns null when it is not open any more. Call
 * it inside a transaction.
 */
export async function endInvitation(
  actor: Actor,
  invitationId: string,
  act: 'decline' | 'revoke' | 'expire',
  now = new Date(),
): Promise<InvitationDoc | null> {
  const ended = await moveIfItCan(actor, anInvitation, act, invitationId, {
    // One that was sent again meanwhile has a new time to live.
    ...(act === 'expire' && { still: { expiresAt: { $lte: now } } }),
    change: ({ email, role }) => ({ before: { email, role } }),
  })
  if (!ended) return null
  await release(actor.tenantId, 'seats', 1)
  return ended.was
}

/** Gives back the seats of the tenant's invitations whose time is over. */
export async function endExpired(tenantId: string, now = new Date()): Promise<number> {
  const expired = await InvitationModel.find(
    { tenantId, state: 'pending', expiresAt: { $lte: now } },
    { _id: 1 },
  ).lean()
  return transaction(async () => {
    const actor = systemActor(tenantId, 'expiry')
    let ended = 0
    for (const { _id } of expired) if (await endInvitation(actor, _id, 'expire', now)) ended += 1
    return ended
  })
}

const sweptAtOnce = 500

/** The same for all tenants. Returns how many invitations were ended; safe to run at any time, and twice at once. */
export async function sweepInvitations(now = new Date()): Promise<number> {
  const expired = await acrossTenants(
    InvitationModel.find({ state: 'pending', expiresAt: { $lte: now } }, { tenantId: 1 })
      .sort({ expiresAt: 1 })
      .limit(sweptAtOnce)
      .lean(),
    'the sweep ends what is over in any tenant',
  )
  let ended = 0
  for (const tenantId of new Set(expired.map((invitation) => invitation.tenantId))) {
    ended += await endExpired(tenantId, now)
  }
  return ended
}
