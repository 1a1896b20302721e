import { z } from 'zod'
import { id } from '../ids.ts'
import { Instant, PageInput, sortBy } from '../page.ts'
import { stored } from '../stored.ts'
import { mailTemplates } from '../templates.ts'
import { SearchText } from '../text.ts'

/** queued: waiting or between attempts. sent: SendGrid took it. failed: given up; may be sent again. */
export const mailStates = ['queued', 'sending', 'sent', 'failed'] as const
export const MailState = z.enum(mailStates)
export type MailState = z.infer<typeof MailState>

export const MailAttempt = z.object({
  at: Instant,
  outcome: stored(['accepted', 'refused', 'failed', 'unknown']),
  status: z.number().int().nullable().describe('HTTP status of the provider, if it answered'),
  detail: z.string().nullable(),
})
export type MailAttempt = z.infer<typeof MailAttempt>

export const Mail = z.object({
  id: id('mail'),
  to: z.string(),
  template: stored(mailTemplates),
  subject: z.string(),
  state: stored(mailStates),
  attempts: z.array(MailAttempt),
  nextAttemptAt: Instant.nullable(),
  createdAt: Instant,
  sentAt: Instant.nullable(),
})
export type Mail = z.infer<typeof Mail>
/** With the rendered body; links that open something are blanked. */
export const MailDetail = Mail.extend({ html: z.string(), text: z.string() })
export type MailDetail = z.infer<typeof MailDetail>
export const MailRef = z.strictObject({ mailId: id('mail') })
export const mailSorts = ['created', 'subject', 'to'] as const
export const MailQuery = PageInput.extend({
  sort: sortBy(mailSorts),
  state: MailState.optional(),
  search: SearchText.optional(),
})
