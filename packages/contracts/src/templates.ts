import { z } from 'zod'
import { gatherList } from './gather.ts'

/** Every mail that is ever sent, by the name of its template. */
export const mailTemplates = gatherList('templates')
export const MailTemplate = z.enum(mailTemplates)
export type MailTemplate = z.infer<typeof MailTemplate>
