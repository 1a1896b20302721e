import { type MailTemplate, mailLocales, Refusal } from '@insula/contracts'
import { MailWordingModel } from '@insula/db'
import { z } from 'zod'
import { tenantOf } from '../kernel/tenant.ts'
import { cleaned, unlinked } from './names.ts'
import { templateOf } from './templates/index.ts'
import { clipped, type OwnWords } from './templates/template.ts'

/** A tenant's own words, as they are stored: with variables, before they are filled. */
export interface Wording {
  locale: string
  subject: string
  body: string
}

const [fallback] = mailLocales
/** `de` of `de-CH`. */
const languageOf = (locale: string) => locale.replace(/-.*/, '').toLowerCase()

/**
 * The tenant's own words for a mail: in the tenant's language, or else in English; null where the built-in ones hold. Mails
 * of the platform, and templates that are not sent in a tenant's name, have none.
 */
export async function wordingFor(tenantId: string | null, template: MailTemplate): Promise<Wording | null> {
  if (!tenantId || !templateOf(template).ofTenants) return null
  const spoken = languageOf((await tenantOf(tenantId))?.locale ?? fallback)
  const locales = [...new Set([spoken, fallback])]
  const rows = await MailWordingModel.find({ tenantId, template, locale: { $in: locales } }).lean()
  const inOrder = rows.sort((one, other) => locales.indexOf(one.locale) - locales.indexOf(other.locale))
  const [first] = inOrder.filter((row) => faultIn(template, row) === null)
  return first ? { locale: first.locale, subject: first.subject, body: first.body } : null
}

const placeholder = /\{\{([^{}]*)\}\}/g

/** The variables that a template's words may hold; the address of somebody else's page is none, since it is the link. */
function variablesIn(template: MailTemplate): string[] {
  const { variables, link } = templateOf(template)
  const known = variables instanceof z.ZodObject ? Object.keys(variables.shape) : []
  return known.filter((key) => link.kind !== 'told' || key !== link.variable)
}

/** What is wrong with words for a template; null where nothing is. */
export function faultIn(template: MailTemplate, words: Pick<Wording, 'subject' | 'body'>): Refusal | null {
  const allowed = variablesIn(template)
  for (const field of ['subject', 'body'] as const) {
    const why = faultInText(words[field], allowed)
    if (why) return new Refusal('invalid', why, { field })
  }
  return null
}

function faultInText(text: string, allowed: readonly string[]): string | null {
  const unknown = [...text.matchAll(placeholder)].find(([, key = '']) => !allowed.includes(key))
  if (unknown) {
    const list = allowed.map((key) => `{{${key}}}`).join(', ')
    return `There is no variable ${unknown[0]} in this mail. It has ${list}.`
  }
  const filled = text.replaceAll(placeholder, 'x')
  if (/\{\{|\}\}/.test(filled)) return 'A variable is written {{name}}, with two braces on each side.'
  const line = cleaned(filled)
  if (line === '') return 'Write some words that can be seen.'
  // Times of day, such as 10:30, are no links.
  const untimed = line.replaceAll(':', ' ')
  if (unlinked(untimed) === untimed) return null
  return 'A mail carries its own link alone. Leave out other addresses.'
}

/**
 * Words filled with variables that are plain already; null where they do not fit the template of this release, since no
 * mail is kept back by its words.
 */
export function ownWordsOf(
  template: MailTemplate,
  wording: Wording | null,
  variables: unknown,
): OwnWords | null {
  if (!wording || !templateOf(template).ofTenants || faultIn(template, wording)) return null
  const values = new Map<string, unknown>(Object.entries(variables ?? {}))
  const fill = (text: string, shown = (value: string) => value) =>
    // What comes together with a variable may look like a link, too.
    unlinked(cleaned(text.replaceAll(placeholder, (_whole, key: string) => shown(String(values.get(key))))))
  return {
    locale: wording.locale,
    subject: fill(wording.subject, clipped),
    paragraphs: wording.body
      .split(/\r?\n\s*\n/)
      .map((text) => fill(text))
      .filter((text) => text !== ''),
  }
}
