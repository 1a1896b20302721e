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
 * Reacts to an event. It is called at least once and maybe twice at the same time, so what it does is keyed by
 * the event's id; it throws to be called again later.
 */
export type Listener<Type extends EventType> = (event: Announced<Type>) => Promise<unknown>
