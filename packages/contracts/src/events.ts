import type { z } from 'zod'
import { gather, type WordsOf } from './gather.ts'
import type { Permission } from './permissions.ts'
import type { EventContract as AnyEventContract } from './word.ts'

export type EventContract<
  Type extends string = string,
  Payload extends z.ZodType = z.ZodType,
> = AnyEventContract<Type, Payload, Permission>

/** Everything that Insula announces: facts, each stored with its change until all who listen were told. One that names a missing permission does not compile. */
export const events = gather('events') satisfies Readonly<Record<string, EventContract>>

export type EventName = keyof WordsOf<'events'>
export type EventType = (typeof events)[EventName]['type']
export type PayloadOf<Contract extends EventContract> = z.infer<Contract['payload']>
export const eventTypes = Object.values(events).map((event) => event.type) as [EventType, ...EventType[]]
