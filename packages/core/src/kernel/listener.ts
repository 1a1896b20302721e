import type { EventType, events } from '@insula/contracts'
import type { z } from 'zod'

type ContractOf<Type extends EventType> = Extract<(typeof events)[keyof typeof events], { type: Type }>

/** An event as it reaches who listens, with its payload already checked against the contract. */
export interface Announced<Type extends EventType = EventType> {
  id: string
  type: Type
  tenantId: string | null
  actorId: string | null
  requestId: string | null
  at: Date
  payload: z.infer<ContractOf<Type>['payload']>
}

/**
 * Reacts to an event. It is not called again once it has returned, but a process may die between the two, so what it does
 * is keyed by the event's id; it throws to be called again later.
 */
export type Listener<Type extends EventType = EventType> = (event: Announced<Type>) => Promise<unknown>

/** A listener with what it listens to: some events, or `'*'` for every one there is or will be. */
export interface Listening {
  to: readonly EventType[] | '*'
  hear: Listener
}

/**
 * Listeners by name, `domain.verb-noun`. The name stands in jobs and in the outbox: under another it is another listener,
 * and events under way reach it anew.
 */
export type Listeners = Readonly<Record<`${string}.${string}`, Listening>>

export const listens = <Type extends EventType>(
  to: readonly Type[] | '*',
  hear: Listener<Type>,
  // Called for nothing but what it listens to.
): Listening => ({ to, hear: hear as unknown as Listener })

export const listensTo = ({ to }: Listening, type: EventType): boolean => to === '*' || to.includes(type)
