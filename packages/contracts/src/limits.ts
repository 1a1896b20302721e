import { z } from 'zod'
import { gather, type WordsOf } from './gather.ts'

type Words = WordsOf<'limits'>
/** Everything that a plan sets a bound to; storage and sizes are in bytes. */
export type EntitlementKey = keyof Words
/** Those that are claimed atomically, because what is used of them is counted up. */
export type LimitKey = {
  [Key in EntitlementKey]: Words[Key] extends { counted: true } ? Key : never
}[EntitlementKey]

const words: Readonly<Record<EntitlementKey, Words[EntitlementKey]>> = gather('limits')
const keys = Object.keys(words) as EntitlementKey[]
export const entitlementKeys: readonly EntitlementKey[] = keys
export const limitKeys = keys.filter((key) => words[key].counted) as [LimitKey, ...LimitKey[]]
export const LimitKey = z.enum(limitKeys)

/** A value for everything that a plan sets a bound to. */
export const eachLimit = <Value>(value: (key: EntitlementKey) => Value) =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<EntitlementKey, Value>

/** How much of everything a plan gives. */
export const Entitlements = z.object(eachLimit(() => z.number().int()))
export type Entitlements = z.infer<typeof Entitlements>

/** As they stand in "your plan’s …". */
export const limitNames = eachLimit((key) => words[key].name)

/** What can be done about a limit that no plan lifts. */
export const roomFor = eachLimit((key) => words[key].room)
