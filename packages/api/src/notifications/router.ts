import { Mail, MailDetail, MailQuery, MailRef, pageSchema } from '@insula/contracts'
import { getMail, listMails, resendMail } from '@insula/core/notifications'
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
})
