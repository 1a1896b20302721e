import {
  Invitation,
  InvitationChoice,
  InvitationPreview,
  InvitationQuery,
  InvitationRef,
  InvitationToken,
  Member,
  MemberRef,
  NewInvitation,
  NewTenant,
  NoInput,
  OwnInvitation,
  People,
  pageSchema,
  RemovalPreview,
  RemovalQuery,
  RoleChange,
  SlugAnswer,
  SlugQuery,
  Tenant,
  TenantChange,
  TenantRef,
} from '@insula/contracts'
import * as tenants from '@insula/core/tenants'
import { z } from 'zod'
import { allow, open, rest, router, signedIn } from '../trpc.ts'

const tag = 'Tenant'

export const tenantsRouter = router({
  create: signedIn()
    .input(NewTenant)
    .output(Tenant)
    .mutation(({ ctx, input }) => tenants.createTenant(ctx.person, input)),
  checkSlug: signedIn()
    .input(SlugQuery)
    .output(SlugAnswer)
    .query(({ input }) => tenants.checkSlug(input.slug)),
  switch: signedIn()
    .input(TenantRef)
    .output(z.void())
    .mutation(({ ctx, input }) => tenants.switchTenant(ctx.person, input.tenantId)),
  get: allow('tenant:read')
    .meta(rest('GET', '/tenant', 'Get the tenant', tag))
    .input(NoInput)
    .output(Tenant)
    .query(({ ctx }) => tenants.getTenant(ctx.actor)),
  change: allow('tenant:write')
    .meta(rest('PATCH', '/tenant', 'Change the tenant', tag))
    .input(TenantChange)
    .output(Tenant)
    .mutation(({ ctx, input }) => tenants.changeTenant(ctx.actor, input)),
  people: allow('members:read')
    .meta(rest('GET', '/members', 'List members, open invitations and seats', tag))
    .input(NoInput)
    .output(People)
    .query(({ ctx }) => tenants.listPeople(ctx.actor)),
  listInvitations: allow('members:read')
    .meta(rest('GET', '/invitations', 'List invitations, open and ended', tag))
    .input(InvitationQuery)
    .output(pageSchema(Invitation))
    .query(({ ctx, input }) => tenants.listInvitations(ctx.actor, input)),
  changeRole: allow('members:write')
    .meta(rest('PATCH', '/members/{memberId}', 'Change a member’s role', tag))
    .input(RoleChange)
    .output(Member)
    .mutation(({ ctx, input }) => tenants.changeRole(ctx.actor, input.memberId, input.role)),
  removeMember: allow('members:write')
    .meta(rest('DELETE', '/members/{memberId}', 'Remove a member', tag))
    .input(MemberRef)
    .output(z.void())
    .mutation(({ ctx, input }) => tenants.removeMember(ctx.actor, input.memberId)),
  previewRemoval: allow('members:write')
    .input(RemovalQuery)
    .output(RemovalPreview)
    .query(({ ctx, input }) => tenants.previewRemoval(ctx.actor, input)),
  leave: allow('tenant:read')
    .input(NoInput)
    .output(z.void())
    .mutation(({ ctx }) => tenants.leaveTenant(ctx.actor)),
  invite: allow('members:write')
    .meta(rest('POST', '/invitations', 'Invite somebody', tag))
    .input(NewInvitation)
    .output(Invitation)
    .mutation(({ ctx, input }) => tenants.inviteMember(ctx.actor, input)),
  resendInvitation: allow('members:write')
    .meta(rest('POST', '/invitations/{invitationId}/resend', 'Send a fresh invitation link', tag))
    .input(InvitationRef)
    .output(Invitation)
    .mutation(({ ctx, input }) => tenants.resendInvitation(ctx.actor, input.invitationId)),
  revokeInvitation: allow('members:write')
    .meta(rest('DELETE', '/invitations/{invitationId}', 'Withdraw an invitation', tag))
    .input(InvitationRef)
    .output(z.void())
    .mutation(({ ctx, input }) => tenants.revokeInvitation(ctx.actor, input.invitationId)),
  previewInvitation: open()
    .input(InvitationToken)
    .output(InvitationPreview)
    .query(({ input }) => tenants.previewInvitation(input.token)),
  acceptInvitation: signedIn()
    .input(InvitationChoice)
    .output(TenantRef)
    .mutation(({ ctx, input }) => tenants.acceptInvitation(ctx.person, input)),
  declineInvitation: signedIn()
    .input(InvitationChoice)
    .output(z.void())
    .mutation(({ ctx, input }) => tenants.declineInvitation(ctx.person, input)),
  listOwnInvitations: signedIn()
    .input(NoInput)
    .output(z.array(OwnInvitation))
    .query(({ ctx }) => tenants.listOwnInvitations(ctx.person)),
})
