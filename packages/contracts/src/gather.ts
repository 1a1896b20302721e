import * as domains from './domains.ts'
import type { DomainWords } from './word.ts'

type Domains = typeof domains
/** Every domain there is. */
export type Domain = keyof Domains
type KeysOf<Tables> = Tables extends unknown ? keyof Tables : never

/** What the domains bring of a kind, as a union. */
type Brought<Kind extends keyof DomainWords> = {
  [Name in Domain]: Domains[Name] extends Readonly<Record<Kind, infer Words>> ? Words : never
}[Domain]

type TableKind = 'permissions' | 'platformPermissions' | 'events' | 'hints' | 'ids' | 'limits' | 'features'
type ListKind = 'actions' | 'templates' | 'queue'

/** The words of a kind from all domains in one table. */
export type WordsOf<Kind extends TableKind> = {
  readonly [Word in KeysOf<Brought<Kind>>]: Extract<Brought<Kind>, Readonly<Record<Word, unknown>>>[Word]
}
/** The words of a kind from all domains, where a kind is a list or a word. */
export type WordOf<Kind extends ListKind> =
  Brought<Kind> extends infer Words ? (Words extends readonly (infer Word)[] ? Word : Words) : never

/** What one domain can write into the audit log. */
export type ActionOf<Name extends Domain> = Domains[Name] extends { actions: readonly (infer Action)[] }
  ? Action & string
  : never
type KindsIn<Words> =
  Words extends Readonly<Record<string, { type: `${infer Kind}.${string}` }>> ? Kind : never
/** The kinds of things that a domain tells open pages of: the words before the dots of its events and hints. */
export type HintKindOf<Name extends Domain> =
  | (Domains[Name] extends { events: infer Events } ? KindsIn<Events> : never)
  | (Domains[Name] extends { hints: infer Hints } ? KindsIn<Hints> : never)

/** What a `words.ts` exports and no domain brings, a misspelt kind above all. */
export type Misspelt = Exclude<KeysOf<Domains[Domain]>, keyof DomainWords>

const everyDomain = Object.entries<DomainWords>(domains satisfies Record<Misspelt, never>)

/**
 * One table of what all domains bring of a kind, by the alphabet, whatever order a bundler gives to modules. Throws when two
 * domains bring the same word.
 */
export function gather<Kind extends TableKind>(kind: Kind): WordsOf<Kind> {
  const entries = everyDomain.flatMap(([, words]) => Object.entries<unknown>(words[kind] ?? {}))
  requireOnce(entries.map(([word]) => word))
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))) as WordsOf<Kind>
}

/** The same of a kind that is a list of words. Typed as filled, as `z.enum` wants it. */
export function gatherList<Kind extends ListKind>(kind: Kind): [WordOf<Kind>, ...WordOf<Kind>[]] {
  const listed = everyDomain.flatMap(([, words]): readonly string[] => [words[kind] ?? []].flat())
  requireOnce(listed)
  return [...listed].sort() as unknown as [WordOf<Kind>, ...WordOf<Kind>[]]
}

/** Throws when a word comes twice. */
export function requireOnce(words: readonly string[]): void {
  const twice = words.find((word, index) => words.indexOf(word) !== index)
  if (twice !== undefined) throw new Error(`Two domains bring the word "${twice}".`)
}
