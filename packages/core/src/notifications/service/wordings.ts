import { type MailWording, type MailWordingRef, type NewMailWording, Refusal } from '@insula/contracts'
import { MailWordingModel, newId, runAgainWhenMade, transaction } from '@insula/db'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { record } from '../../kernel/record.ts'
import { templateOf } from '../templates/index.ts'
import { faultIn } from '../wording.ts'

/**
 * Keeps a tenant's own words for one of its mails, in place of those it had in that language. Refuses as `invalid`, with the
 * field, a mail of the platform's, a variable that the mail has not, words that nobody sees, and addresses.
 */
export async function saveMailWording(
  actor: Actor,
  input: z.output<typeof NewMailWording>,
): Promise<MailWording> {
  const { template, locale, subject, body } = input
  if (!templateOf(template).ofTenants) {
    throw new Refusal('invalid', `The mail “${template}” is the platform’s, and the same for everybody.`, {
      field: 'template',
    })
  }
  const fault = faultIn(template, input)
  if (fault) throw fault
  const { tenantId } = actor
  return transaction(async () => {
    const before = await MailWordingModel.findOneAndUpdate(
      { tenantId, template, locale },
      { $set: { subject, body }, $setOnInsert: { _id: newId('mailWording') } },
      { upsert: true },
    )
      .lean()
      .catch(runAgainWhenMade)
    if (before?.subject !== subject || before.body !== body) {
      await record(actor, 'mail-wording.changed', targetOf(input), {
        ...(before && { before: { subject: before.subject, body: before.body } }),
        after: { subject, body },
      })
    }
    return { template, locale, subject, body }
  })
}

/** Goes back to the built-in words. */
export async function removeMailWording(
  actor: Actor,
  { template, locale }: z.output<typeof MailWordingRef>,
): Promise<void> {
  await transaction(async () => {
    const { tenantId } = actor
    const gone = await MailWordingModel.findOneAndDelete({ tenantId, template, locale }).lean()
    if (!gone) throw new Refusal('not_found', 'This mail has no words of its own in that language.')
    await record(actor, 'mail-wording.removed', targetOf(gone), {
      before: { subject: gone.subject, body: gone.body },
    })
  })
}

/** All that the tenant says in its own words. */
export async function listMailWordings({ tenantId }: Actor): Promise<MailWording[]> {
  const rows = await MailWordingModel.find({ tenantId }).sort({ template: 1, locale: 1 }).lean()
  return rows.map(({ template, locale, subject, body }) => ({ template, locale, subject, body }))
}

const targetOf = ({ template, locale }: { template: string; locale: string }) => ({
  kind: 'mail-wording',
  id: `${template}/${locale}`,
  name: `${template} (${locale})`,
})
