import { z } from 'zod'
import { ids as identityIds } from '../identity/words.ts'
import { typeId } from '../type-id.ts'
import { defineEvent, limit, permission } from '../word.ts'

export const permissions = {
  'tenant:read': permission('See the tenant', 'admin', 'member', 'viewer'),
  'tenant:write': permission('Change the tenant’s name and settings', 'admin'),
  'members:read': permission('See members and invitations', 'admin', 'member', 'viewer'),
  'members:write': permission('Invite, change and remove members', 'admin'),
}

export const actions = [
  'tenant.created',
  'tenant.changed',
  'member.invited',
  'member.joined',
  'member.role-changed',
  'member.removed',
  'invitation.revoked',
  'invitation.resent',
  'invitation.declined',
  'invitation.expired',
] as const

export const ids = { tenant: 'ten', member: 'mem', invitation: 'inv' } as const

const tenantId = typeId(ids.tenant)
const memberId = typeId(ids.member)
const invitationId = typeId(ids.invitation)

export const events = {
  tenantCreated: defineEvent('tenant.created', 'tenant:read', z.object({ tenantId })),
  tenantChanged: defineEvent('tenant.changed', 'tenant:read', z.object({ tenantId })),
  memberInvited: defineEvent('member.invited', 'members:read', z.object({ invitationId })),
  invitationChanged: defineEvent('invitation.changed', 'members:read', z.object({ invitationId })),
  memberJoined: defineEvent(
    'member.joined',
    'members:read',
    z.object({ memberId, userId: typeId(identityIds.user) }),
  ),
  memberChanged: defineEvent('member.changed', 'members:read', z.object({ memberId })),
  memberRemoved: defineEvent(
    'member.removed',
    'members:read',
    // Whoever a row names is told of as it stands there, so that a bad one can still be removed.
    z.object({ memberId, userId: z.string() }),
  ),
}

export const limits = { seats: limit('seats', 'Remove somebody or withdraw an open invitation') }

export const templates = ['invitation'] as const

export const queue = 'tenants'
