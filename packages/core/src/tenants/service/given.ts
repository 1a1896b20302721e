import { type Permission, permissionsOf } from '@insula/contracts'
import { type InvitationDoc, InvitationModel } from '@insula/db'
import { endKeys } from '../../access/service/index.ts'
import type { Actor } from '../../kernel/actor.ts'
import { type ApiKeyDoc, keysGivenBy } from '../../kernel/grants.ts'
import { endInvitation } from './end-invitation.ts'

export interface Given {
  keys: ApiKeyDoc[]
  invitations: InvitationDoc[]
}

/**
 * The live keys and open invitations that a person or a key gave, also through keys they made, and that hold more than
 * `rest`; all of them when there is no rest.
 */
export async function givenBeyond(
  tenantId: string,
  giverId: string,
  rest: readonly Permission[] | null,
): Promise<Given> {
  const beyond = (given: readonly string[]) =>
    rest === null || given.some((permission) => !(rest as readonly string[]).includes(permission))
  const keys = await keysGivenBy(tenantId, giverId)
  const invitations = await InvitationModel.find({
    tenantId,
    state: 'pending',
    'invitedBy.id': { $in: [giverId, ...keys.map((key) => key._id)] },
  })
    .sort({ _id: 1 })
    .lean()
  return {
    keys: keys.filter((key) => key.revokedAt === null && beyond(key.scopes)),
    invitations: invitations.filter((invitation) => beyond(permissionsOf(invitation.role))),
  }
}

/**
 * Ends what `givenBeyond` tells, with a seat given back for each invitation and an audit entry for each. Call it inside the
 * transaction that removes, demotes or revokes the giver: a grant made at the same time meets it in a write conflict.
 */
export async function endGiven(
  actor: Actor,
  giverId: string,
  rest: readonly Permission[] | null = null,
): Promise<void> {
  const { keys, invitations } = await givenBeyond(actor.tenantId, giverId, rest)
  await endKeys(actor, keys)
  for (const { _id } of invitations) await endInvitation(actor, _id, 'revoke')
}
