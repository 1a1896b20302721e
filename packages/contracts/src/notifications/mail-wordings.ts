import { z } from 'zod'
import { MailTemplate } from '../templates.ts'

/** Languages that a tenant may word its mails in; the first one stands in for the others. */
export const mailLocales = ['en', 'de'] as const
export const MailLocale = z.enum(mailLocales)
export type MailLocale = z.infer<typeof MailLocale>

export const MailWordingRef = z.strictObject({ template: MailTemplate, locale: MailLocale })
/**
 * A tenant's own words for one of its mails: plain text, in which `{{name}}` stands for a variable of the template. An empty
 * line parts paragraphs. The link or button and what is told of it are the template's and stay.
 */
export const NewMailWording = MailWordingRef.extend({
  subject: z.string().trim().min(1, 'The mail needs a subject').max(120, 'Use at most 120 characters'),
  body: z.string().trim().min(1, 'The mail needs a text').max(2_000, 'Use at most 2,000 characters'),
})
export const MailWording = z.object({
  template: z.string(),
  locale: z.string(),
  subject: z.string(),
  body: z.string(),
})
export type MailWording = z.infer<typeof MailWording>
