import type { MailTemplate } from '@insula/contracts'
import { render, toPlainText } from '@react-email/render'
import { coreEnv } from '../kernel/env.ts'
import { plainNames } from './names.ts'
import { templateOf } from './templates/index.ts'
import type { Template, TemplateLink } from './templates/template.ts'
import { ownWordsOf, type Wording } from './wording.ts'

export interface RenderedMail {
  subject: string
  html: string
  text: string
}

/** What people typed stands in every mail as `plainName` makes it: the template's own link is the only one. */
const variablesFor = ({ variables, link }: Template, given: unknown) =>
  plainNames(variables.parse(given), link.kind === 'told' ? link.variable : null)

/** Headings keep the case of the names in them; html-to-text would shout. */
const textOptions = {
  selectors: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
    selector,
    options: { uppercase: false },
  })),
}

/** The subject line alone, as it is kept in the log. Throws when the variables are not the template's. */
export function subjectOf(name: MailTemplate, given: unknown, wording: Wording | null = null): string {
  const template = templateOf(name)
  const variables = variablesFor(template, given)
  return ownWordsOf(name, wording, variables)?.subject ?? template.subject(variables)
}

/**
 * Renders a mail. `secretLink` fills templates that carry one; the others link to a page of the console. Throws when
 * the variables are not the template's. `wording` takes the place of subject and paragraphs where it fits; the rest stays.
 */
export async function renderMail(
  name: MailTemplate,
  given: {
    variables: unknown
    secretLink: string | null
    linkExpiresAt: Date | null
    wording?: Wording | null | undefined
  },
): Promise<RenderedMail> {
  const template = templateOf(name)
  const variables = variablesFor(template, given.variables)
  const link = linkOf(template.link, variables, given.secretLink)
  if (link === null) throw new Error(`The template ${name} cannot be rendered without its link`)
  const own = ownWordsOf(name, given.wording ?? null, variables)
  const html = await render(template.body({ variables, link, linkExpiresAt: given.linkExpiresAt, own }))
  return { subject: own?.subject ?? template.subject(variables), html, text: toPlainText(html, textOptions) }
}

function linkOf(link: TemplateLink, variables: unknown, secretLink: string | null): string | null {
  if (link.kind === 'page') return `${coreEnv().APP_URL}${link.path}`
  if (link.kind === 'told') return String((variables as Record<string, unknown>)[link.variable])
  return secretLink
}
