import type { MailTemplate } from '@insula/contracts'
import { acrossTenants, afterCommit, MailModel, newId, transaction } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'
import { coreEnv } from '../../kernel/env.ts'
import { make } from '../../kernel/move.ts'
import { requireAllowances, takeAllowances } from '../allowance.ts'
import { aMail, mover } from '../kinds.ts'
import { subjectOf } from '../render.ts'
import { sealLink } from '../seal.ts'
import { templateOf, type VariablesOf } from '../templates/index.ts'
import { wordingFor } from '../wording.ts'

export interface NewMail<Name extends MailTemplate> {
  /** Null for the platform's own mails; otherwise the mail stands in this tenant's log. */
  tenantId: string | null
  to: string
  template: Name
  variables: VariablesOf<Name>
  /** For templates that carry a secret link. Kept encrypted until it is sent, then wiped. */
  link?: string
  /** When the link expires; by default the template's own lifetime from now. */
  linkExpiresAt?: Date
  /** What causes the mail. The same cause twice is one mail. */
  dedupeKey: string
}

/**
 * Writes a mail into the log, in the caller's transaction if there is one, and has it sent after commit. Answers its
 * id, or null when the address already had as many of this kind within the hour as it gets.
 */
export async function queueMail<Name extends MailTemplate>(mail: NewMail<Name>): Promise<string | null> {
  const { tenantId, dedupeKey } = mail
  const template = templateOf(mail.template)
  if ((template.link.kind === 'secret') !== (mail.link !== undefined)) {
    throw new Error(`The template ${mail.template} ${mail.link ? 'carries no' : 'needs a'} secret link`)
  }
  const now = new Date()
  return transaction(async () => {
    const told = await acrossTenants(
      MailModel.findOne({ tenantId, dedupeKey }, { _id: 1 }).lean(),
      'tenantId is null for mails of the platform',
    )
    if (told) return told._id
    if (tenantId) await requireAllowances(mail, now)
    else if (await takeAllowances(mail, now)) return null
    const mailId = newId('mail')
    const wording = await wordingFor(tenantId, mail.template)
    const fields = {
      _id: mailId,
      to: mail.to,
      template: mail.template,
      variables: mail.variables,
      wording,
      subject: subjectOf(mail.template, mail.variables, wording),
      dedupeKey,
      attempts: [],
      dueAt: now,
      createdAt: now,
      ...(template.link.kind === 'secret' &&
        mail.link !== undefined && {
          sealedLink: sealLink(coreEnv().AUTH_SECRET, mailId, mail.link),
          linkExpiresAt: mail.linkExpiresAt ?? new Date(now.getTime() + template.link.lifetimeMs),
        }),
    }
    await make(mover(tenantId, mailId), aMail, 'queue', fields)
    afterCommit(() => enqueue(notificationJobs.sendMail, { mailId }))
    return mailId
  })
}
