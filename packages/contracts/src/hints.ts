import { z } from 'zod'
import { type EventType, events, eventTypes } from './events.ts'
import { gather, type WordsOf } from './gather.ts'
import type { Permission } from './permissions.ts'
import type { HintContract as AnyHintContract } from './word.ts'

export type HintContract<
  Type extends string = string,
  Payload extends z.ZodType = z.ZodType,
> = AnyHintContract<Type, Payload, Permission>

/** What open pages are told beside events. One that names a missing permission does not compile. */
export const hints = gather('hints') satisfies Readonly<Record<string, HintContract>>

export type HintName = keyof WordsOf<'hints'>
/** Every event is a hint, too. */
export type HintType = EventType | (typeof hints)[HintName]['type']

const onlyHints = Object.values(hints).map(({ type }) => type)
export const hintTypes = [...eventTypes, ...onlyHints] as [HintType, ...HintType[]]

/** What one must hold to be told. */
export const seenWith: ReadonlyMap<string, Permission> = new Map(
  [...Object.values(events), ...Object.values(hints)].map(({ type, seenWith }) => [type, seenWith]),
)

/**
 * What an open page is told, so that it reads again: that something changed and which, never its content. It is never
 * stored, and lost where nobody listens just then.
 */
export const Hint = z.object({
  /** Of the event that it tells of, or its own. */
  id: z.string(),
  type: z.enum(hintTypes),
  payload: z.record(z.string(), z.unknown()),
})
export type Hint = z.infer<typeof Hint>
