import type { MailTemplate } from '@insula/contracts'
import { render, toPlainText } from '@react-email/render'
import { coreEnv } from '../env.ts'
import { templateOf } from './templates/index.ts'
import type { TemplateLink } from './templates/template.ts'

export interface RenderedMail {
  subject: string
  html: string
  text: string
}

// A line break in a subject would start a header of its own.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is replaced
const oneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()

/** The subject line alone, as it is kept in the log. Throws when the variables are not the template's. */
export function subjectOf(name: MailTemplate, variables: unknown): string {
  const template = templateOf(name)
  return oneLine(template.subject(template.variables.parse(variables)))
}

/**
 * Renders a mail. `secretLink` fills templates that carry one; the others link to a page of the console. Throws when
 * the variables are not the template's.
 */
export async function renderMail(
  name: MailTemplate,
  given: { variables: unknown; secretLink: string | null; linkExpiresAt: Date | null },
): Promise<RenderedMail> {
  const template = templateOf(name)
  const variables = template.variables.parse(given.variables)
  const link = linkOf(template.link, variables, given.secretLink)
  if (link === null) throw new Error(`The template ${name} cannot be rendered without its link`)
  const html = await render(template.body({ variables, link, linkExpiresAt: given.linkExpiresAt }))
  return { subject: oneLine(template.subject(variables)), html, text: toPlainText(html) }
}

function linkOf(link: TemplateLink, variables: unknown, secretLink: string | null): string | null {
  if (link.kind === 'page') return `${coreEnv().APP_URL}${link.path}`
  if (link.kind === 'told') return String((variables as Record<string, unknown>)[link.variable])
  return secretLink
}
