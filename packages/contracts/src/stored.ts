import { z } from 'zod'

/** A word as it was stored: one that this release knows, or one that an older or newer release wrote. */
export type Stored<Word extends string> = Word | (string & {})

/**
 * For what leaves: a row with a word that this release does not know is shown like any other, and never breaks a list. What
 * comes in is held to the words of today by `z.enum`.
 */
export const stored = <Word extends string>(words: readonly Word[]): z.ZodType<Stored<Word>> =>
  z.string().describe(`One of ${words.join(', ')}; expect others of later releases`)

/** What a table says of a stored word; undefined for one that it does not know. */
export const lookUp = <Table extends object>(table: Table, word: string): Table[keyof Table] | undefined =>
  Object.hasOwn(table, word) ? table[word as keyof Table] : undefined
