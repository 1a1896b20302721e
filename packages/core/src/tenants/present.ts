import type { Invitation, Member, Tenant } from '@insula/contracts'
import type { InvitationDoc, MemberDoc, TenantDoc } from '@insula/db'
import { instantOf, textOf } from '../kernel/stored.ts'

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
  id: String(doc._id),
  userId: textOf(doc.userId, ''),
  name: person.name,
  email: person.email,
  role: textOf(doc.role, 'none'),
  joinedAt: instantOf(doc.createdAt),
})

export const giverNameOf = (doc: InvitationDoc): string => textOf(doc.invitedBy?.name, 'Somebody')

/** A pending invitation whose time is over is shown as expired, whether the sweep has passed or not. */
export const presentInvitation = (doc: InvitationDoc): Invitation => ({
  id: String(doc._id),
  email: textOf(doc.email, ''),
  role: textOf(doc.role, 'none'),
  state: doc.state === 'pending' && !(doc.expiresAt > new Date()) ? 'expired' : textOf(doc.state, 'unknown'),
  invitedBy: { id: textOf(doc.invitedBy?.id, 'system'), name: giverNameOf(doc) },
  createdAt: instantOf(doc.createdAt),
  expiresAt: instantOf(doc.expiresAt),
})
