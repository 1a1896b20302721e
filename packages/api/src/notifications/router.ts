import {
  Mail,
  MailDetail,
  MailQuery,
  MailRef,
  MailWording,
  MailWordingRef,
  NewMailWording,
  NoInput,
  pageSchema,
} from '@insula/contracts'
import {
  getMail,
  listMails,
  listMailWordings,
  removeMailWording,
  resendMail,
  saveMailWording,
} from '@insula/core/notifications'
import { z } from 'zod'
import { allow, rest, router } from '../trpc.ts'

export const notificationsRouter = router({
  listMails: allow('mail:read')
    .meta(rest('GET', '/mails', 'List mails, newest first', 'Mail'))
    .input(MailQuery)
    .output(pageSchema(Mail))
    .query(({ ctx, input }) => listMails(ctx.actor, input)),

  getMail: allow('mail:read')
    .meta(rest('GET', '/mails/{mailId}', 'See one mail with its body', 'Mail'))
    .input(MailRef)
    .output(MailDetail)
    .query(({ ctx, input }) => getMail(ctx.actor, input)),

  resendMail: allow('mail:write')
    .meta(rest('POST', '/mails/{mailId}/resend', 'Send a mail again', 'Mail'))
    .input(MailRef)
    .output(Mail)
    .mutation(({ ctx, input }) => resendMail(ctx.actor, input)),

  listMailWordings: allow('tenant:read')
    .meta(rest('GET', '/mail-wordings', 'List what the tenant says in its own words', 'Mail'))
    .input(NoInput)
    .output(z.array(MailWording))
    .query(({ ctx }) => listMailWordings(ctx.actor)),

  saveMailWording: allow('tenant:write')
    .meta(rest('PUT', '/mail-wordings/{template}/{locale}', 'Say a mail in the tenant’s own words', 'Mail'))
    .input(NewMailWording)
    .output(MailWording)
    .mutation(({ ctx, input }) => saveMailWording(ctx.actor, input)),

  removeMailWording: allow('tenant:write')
    .meta(rest('DELETE', '/mail-wordings/{template}/{locale}', 'Go back to the built-in words', 'Mail'))
    .input(MailWordingRef)
    .output(z.void())
    .mutation(({ ctx, input }) => removeMailWording(ctx.actor, input)),
})
