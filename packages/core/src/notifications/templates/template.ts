import type { ReactElement } from 'react'
import type { z } from 'zod'

/** A secret link, stored sealed, or the address of a page that anyone may know. */
export type TemplateLink =
  | {
      kind: 'secret'
      /** For how long it opens, counted from queueing, unless the caller knows better. */
      lifetimeMs: number
    }
  | { kind: 'page'; path: `/${string}` }
  /** A page of somebody else's, of which the template is told the address. */
  | { kind: 'told'; variable: string }

/** What a tenant says in place of a template's subject and paragraphs, filled. */
export interface OwnWords {
  locale: string
  subject: string
  paragraphs: readonly string[]
}

interface BodyProps<Variables> {
  variables: Variables
  link: string
  /** When a secret link expires. */
  linkExpiresAt: Date | null
  own: OwnWords | null
}

export interface Template<Variables extends z.ZodType = z.ZodType> {
  /** Everything that it says beside its fixed text. */
  variables: Variables
  link: TemplateLink
  /** Sent in the name of a tenant, which may say it in its own words: see wording.ts. */
  ofTenants?: true
  /**
   * How many an address gets within an hour; for mails that a stranger can cause, which count towards the address's day,
   * too: see allowance.ts.
   */
  perHour?: number
  subject(variables: z.infer<Variables>): string
  body(props: BodyProps<z.infer<Variables>>): ReactElement
}

export const defineTemplate = <Variables extends z.ZodType>(template: Template<Variables>) => template

/** A name in a subject, where the words around it are to be seen as well. */
export const clipped = (name: string): string => {
  const signs = [...name]
  return signs.length > 40 ? `${signs.slice(0, 39).join('')}…` : name
}

const instant = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** `21 November 2026 at 09:00 UTC`: the reader's zone is not known. */
export const spellOut = (date: Date) => `${instant.format(date)} UTC`
