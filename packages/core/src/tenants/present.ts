import type { Invitation, Member, Role, Tenant } from '@insula/contracts'
import type { InvitationDoc, MemberDoc, TenantDoc } from '@insula/db'

export const presentTenant = (doc: TenantDoc): Tenant => ({
  id: doc._id,
  slug: doc.slug,
  name: doc.name,
  locale: doc.locale,
  timeZone: doc.timeZone,
  currency: doc.currency,
  createdAt: doc.createdAt.toISOString(),
})

export const presentMember = (doc: MemberDoc, person: { name: string; email: string }): Member => ({
  id: doc._id,
  userId: doc.userId,
  name: person.name,
  email: person.email,
  role: doc.role as Role,
  joinedAt: doc.createdAt.toISOString(),
})

export const giverNameOf = (doc: InvitationDoc): string => doc.invitedBy?.name ?? 'Somebody'

/** A pending invitation whose time is over is shown as expired, whether the sweep has passed or not. */
export const presentInvitation = (doc: InvitationDoc): Invitation => ({
  id: doc._id,
  email: doc.email,
  role: doc.role as Role,
  state:
    doc.state === 'pending' && doc.expiresAt <= new Date() ? 'expired' : (doc.state as Invitation['state']),
  invitedBy: { id: doc.invitedBy.id ?? 'system', name: doc.invitedBy.name ?? 'Insula' },
  createdAt: doc.createdAt.toISOString(),
  expiresAt: doc.expiresAt.toISOString(),
})
