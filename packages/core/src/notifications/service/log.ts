import {
  idPrefixes,
  type Mail,
  type MailQuery,
  type MailTemplate,
  mailMachine,
  type Page,
  Refusal,
  refusalIn,
  requirePossible,
} from '@insula/contracts'
import { acrossTenants, afterCommit, type MailDoc, MailModel, transaction } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'
import { z } from 'zod'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { move, type Unowned } from '../../kernel/move.ts'
import { containing, orderOf, pageOf } from '../../kernel/pages.ts'
import { requireAllowances } from '../allowance.ts'
import { aMail } from '../kinds.ts'
import { presentMail } from '../present.ts'
import { renderMail } from '../render.ts'
import { knownTemplate } from '../templates/index.ts'

/** The tenant's mails, newest first or as `sort` says. `search` looks in the address and the subject. */
export async function listMails(actor: Actor, query: z.infer<typeof MailQuery>): Promise<Page<Mail>> {
  const fields = { created: '_id', subject: 'folded.subject', to: 'folded.to' }
  const order = orderOf(query.sort, fields, idPrefixes.mail)
  const rows = await MailModel.find({
    tenantId: actor.tenantId,
    ...(query.state && { state: query.state }),
    $and: [order.after(query.cursor), query.search ? containing(query.search, ['to', 'subject']) : {}],
  })
    .sort(order.by)
    .limit(query.limit + 1)
    .maxTimeMS(2_000)
    .lean()
  return pageOf(rows, query.limit, presentMail, order)
}

/** One mail with its body as it was or will be sent, except that a secret link leads nowhere. */
export async function getMail(
  actor: Actor,
  { mailId }: { mailId: string },
): Promise<Mail & { html: string; text: string }> {
  const mail = await findMail(actor, mailId)
  const body = knownTemplate(mail.template)
    ? await bodyOf(mail)
    : unshown(`this release knows no template “${mail.template}”`)
  return { ...presentMail(mail), ...body }
}

const unshown = (why: string) => {
  const text = `The body of this mail cannot be shown: ${why}.`
  return { html: `<p>${text.replaceAll(/[&<>]/g, '')}</p>`, text }
}

async function bodyOf({ template, variables, wording }: MailDoc): Promise<{ html: string; text: string }> {
  try {
    const link = { secretLink: '#secret-link-hidden', linkExpiresAt: null }
    const { html, text } = await renderMail(template as MailTemplate, { variables, wording, ...link })
    return { html, text }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return unshown('another release wrote it in a form that this one does not know')
  }
}

/**
 * Has a mail sent once more. Refused while it is on its way, and when the secret link in it was wiped or has expired:
 * nobody can make that link again, only its domain a new one.
 */
export async function resendMail(actor: Actor, { mailId }: { mailId: string }): Promise<Mail> {
  return queueAgain(() => findMail(actor, mailId), actor)
}

/**
 * The same for whoever runs the platform, whichever tenant the mail is of. One of no tenant has no log of its own: the
 * operator's entry is the one that tells of it.
 */
export async function retryMail(mailId: string, requestId: string): Promise<void> {
  const find = async () => {
    const mail = await acrossTenants(MailModel.findById(mailId).lean(), 'the job names only the mail')
    if (!mail) throw new Refusal('not_found', 'There is no such mail.')
    return mail
  }
  const { tenantId } = await find()
  await queueAgain(find, tenantId ? systemActor(tenantId, requestId) : { tenantId: null })
}

async function queueAgain(
  find: () => Promise<MailDoc & { _id: string }>,
  actor: Actor | Unowned,
): Promise<Mail> {
  const now = new Date()
  return transaction(async () => {
    const mail = await find()
    requirePossible(mailMachine, 'resend', mail.state)
    const template = knownTemplate(mail.template)
    if (!template) {
      throw new Refusal(
        'conflict',
        `This release knows no template “${mail.template}”, so it cannot send it.`,
      )
    }
    const open = mail.sealedLink && mail.linkExpiresAt && mail.linkExpiresAt > now
    if (template.link.kind === 'secret' && !open) {
      throw new Refusal(
        'gone',
        'The link in this mail is no longer kept. Start again where it came from, for example invite once more.',
      )
    }
    const { tenantId = null } = mail
    await requireAllowances({ template: mail.template as MailTemplate, to: mail.to, tenantId }, now, true)
    const again = await move(actor, aMail, 'resend', mail._id, {
      still: { version: mail.version },
      set: { dueAt: now, sentAt: null, attemptsBefore: mail.attempts.length },
      update: { $inc: { version: 1 } },
      change: () => ({ before: { state: mail.state }, after: { state: 'queued' } }),
    })
    if (!again) throw refusalIn(mailMachine, 'resend', 'queued')
    afterCommit(() => enqueue(notificationJobs.sendMail, { mailId: mail._id }))
    return presentMail(again.is)
  })
}

async function findMail(actor: Actor, mailId: string) {
  const mail = await MailModel.findOne({ tenantId: actor.tenantId, _id: mailId }).lean()
  if (!mail) throw new Refusal('not_found', 'There is no such mail.')
  return mail
}
