// Stands in for the router's type until it lands.
import * as c from '@insula/contracts'
import { initTRPC } from '@trpc/server'
import { z } from 'zod'
import type { FailedCall } from './refusal.ts'

const t = initTRPC.create({
  errorFormatter: ({ shape }) => ({
    ...shape,
    data: { ...shape.data, refusal: null, requestId: '' } as FailedCall & { code: string },
  }),
})
const p = t.procedure
const none = () => null as never
const nothing = z.void()

export const shape = t.router({
  identity: t.router({
    me: p.output(c.Me).query(none),
    listSessions: p.output(z.array(c.Session)).query(none),
    revokeSession: p.input(c.SessionRef).output(nothing).mutation(none),
    revokeOtherSessions: p.output(nothing).mutation(none),
    changeProfile: p.input(c.ProfileChange).output(c.User).mutation(none),
  }),
  tenants: t.router({
    create: p.input(c.NewTenant).output(c.Tenant).mutation(none),
    checkSlug: p.input(c.SlugQuery).output(c.SlugAnswer).query(none),
    switch: p.input(c.TenantRef).output(nothing).mutation(none),
    get: p.output(c.Tenant).query(none),
    change: p.input(c.TenantChange).output(c.Tenant).mutation(none),
    people: p.output(c.People).query(none),
    invite: p.input(c.NewInvitation).output(c.Invitation).mutation(none),
    resendInvitation: p.input(c.InvitationRef).output(c.Invitation).mutation(none),
    revokeInvitation: p.input(c.InvitationRef).output(c.Invitation).mutation(none),
    previewInvitation: p.input(c.InvitationToken).output(c.InvitationPreview).query(none),
    acceptInvitation: p.input(c.InvitationToken).output(nothing).mutation(none),
    declineInvitation: p.input(c.InvitationToken).output(nothing).mutation(none),
    changeRole: p.input(c.RoleChange).output(c.Member).mutation(none),
    removeMember: p.input(c.MemberRef).output(nothing).mutation(none),
    leave: p.output(nothing).mutation(none),
  }),
  access: t.router({
    listApiKeys: p.output(z.array(c.ApiKey)).query(none),
    createApiKey: p.input(c.NewApiKey).output(c.CreatedApiKey).mutation(none),
    revokeApiKey: p.input(c.ApiKeyRef).output(nothing).mutation(none),
  }),
  audit: t.router({ list: p.input(c.AuditQuery).output(c.pageOf(c.AuditEntry)).query(none) }),
  files: t.router({
    list: p.input(c.FileQuery).output(c.pageOf(c.File)).query(none),
    get: p.input(c.FileRef).output(c.File).query(none),
    usage: p.output(z.object({ used: z.number(), limit: z.number(), maxFileBytes: z.number() })).query(none),
    startUpload: p.input(c.NewFile).output(c.UploadTicket).mutation(none),
    completeUpload: p.input(c.FileRef).output(c.File).mutation(none),
    retry: p.input(c.FileRef).output(c.File).mutation(none),
    rename: p.input(c.FileRename).output(c.File).mutation(none),
    trash: p.input(c.FileRef).output(nothing).mutation(none),
    restore: p.input(c.FileRef).output(c.File).mutation(none),
    download: p.input(c.DownloadQuery).output(c.DownloadLink).query(none),
  }),
  billing: t.router({
    overview: p.output(c.BillingOverview).query(none),
    listPlans: p.output(z.array(c.PlanView)).query(none),
    startCheckout: p.input(c.NewCheckout).output(c.Redirect).mutation(none),
    openPortal: p.output(c.Redirect).mutation(none),
    listInvoices: p.input(c.PageInput).output(c.pageOf(c.Invoice)).query(none),
  }),
  notifications: t.router({
    listMails: p.input(c.MailQuery).output(c.pageOf(c.Mail)).query(none),
    getMail: p.input(c.MailRef).output(c.MailDetail).query(none),
    resendMail: p.input(c.MailRef).output(c.Mail).mutation(none),
  }),
  events: t.router({
    live: p.subscription(async function* (): AsyncGenerator<c.LiveEvent> {
      yield none()
    }),
  }),
  platform: t.router({
    listTenants: p.input(c.PlatformTenantQuery).output(c.pageOf(c.PlatformTenant)).query(none),
    listQueues: p.output(z.array(c.Queue)).query(none),
    listJobs: p.input(c.JobQuery).output(z.array(c.Job)).query(none),
    retryJob: p.input(c.JobRef).output(nothing).mutation(none),
    discardJob: p.input(c.JobRef).output(nothing).mutation(none),
    health: p.output(z.array(c.Dependency)).query(none),
  }),
})
export type AppRouter = typeof shape
