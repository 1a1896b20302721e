import type { Problem } from './error.ts'
import type { Mail } from './mail.ts'
import { additional, isFields } from './shape.ts'
import { attachments, content, subject } from './validate-content.ts'
import { categories, customArgs, headers, sendAt, templates } from './validate-fields.ts'
import { personalizations, replyTo, sender } from './validate-recipients.ts'

const known = [
  ...[
    'personalizations',
    'from',
    'subject',
    'content',
    'reply_to',
    'reply_to_list',
    'attachments',
    'headers',
  ],
  ...[
    'categories',
    'custom_args',
    'send_at',
    'batch_id',
    'asm',
    'ip_pool_name',
    'mail_settings',
    'tracking_settings',
  ],
  ...['template_id', 'sections'],
]

/**
 * Checks a body of POST /v3/mail/send by the rules and in the words of SendGrid's "Errors" page. Templates live in
 * SendGrid's own account and have no counterpart here, so a mail that names one is refused.
 * @returns every problem found, or the mail
 */
export function validateMail(body: unknown, now: number): { mail: Mail } | { problems: Problem[] } {
  if (!isFields(body)) return { problems: [{ message: 'Bad Request', field: null, help: null }] }
  const problems = [
    ...additional(body, known),
    ...personalizations(body),
    ...sender(body),
    ...subject(body),
    ...content(body),
    ...replyTo(body),
    ...attachments(body),
    ...headers(body.headers, 'headers'),
    ...categories(body),
    ...customArgs(body.custom_args, 'custom_args'),
    ...sendAt(body.send_at, 'send_at', now),
    ...templates(body),
  ]
  const each = Array.isArray(body.personalizations) ? body.personalizations.filter(isFields) : []
  each.forEach((one, index) => {
    problems.push(...sendAt(one.send_at, `personalizations.${index}.send_at`, now))
  })
  return problems.length > 0 ? { problems } : { mail: body as unknown as Mail }
}
