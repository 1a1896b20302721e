import type { AuditAction } from './actions.ts'
import type { EventType } from './events.ts'
import type { HintType } from './hints.ts'
import type { Permission, PlatformPermission } from './permissions.ts'
import { Refusal } from './refusal.ts'
import { lookUp } from './stored.ts'

/** Whoever holds the permission; the system; or the person whom the thing is addressed to, wherever they are. */
export type By = Permission | PlatformPermission | 'system' | 'addressee'

/** One line of the table: an act, the states it starts from, where it leads, who does it and what it leaves. */
export interface Step<State extends string = string> {
  /** None where the act makes the thing. */
  from: readonly State[]
  /** Also from a state that this release does not know, as a later one may have written it. */
  orUnknown?: true
  /** Several where somebody else decides which. Left out: the state stays as it is. */
  to?: State | readonly State[]
  by: readonly [By, ...By[]]
  audit?: AuditAction
  event?: EventType
  /** What open pages are told, where it is no event. */
  hint?: Exclude<HintType, EventType>
  /** States in which it is found done: who asks again is told how the thing is, and nothing is written. */
  doneIn?: readonly State[]
  /** As it completes "so it cannot be …". */
  done: string
  /** What to do where it cannot be done, as a sentence. */
  instead?: string
}

/** The life of one kind of thing, as data. */
export interface Machine<State extends string = string> {
  /** As in "this file". */
  thing: string
  /** Each state, as it completes "this file is …". */
  states: Readonly<Record<State, string>>
  /** States that no act leads out of. */
  ends: readonly State[]
  /** The state of a thing whose row is no longer there, where there is one. */
  gone?: State
  /** The fields that make a state, where that is not its own name in the field `state`. */
  stored?: Readonly<Partial<Record<State, Readonly<Record<string, unknown>>>>>
  steps: Readonly<Record<string, Step<State>>>
}

export type StateOf<Of extends Machine> = keyof Of['states'] & string
export type ActOf<Of extends Machine> = keyof Of['steps'] & string

export const stepOf = <Of extends Machine>(machine: Of, act: ActOf<Of>): Step => {
  const step = lookUp(machine.steps, act)
  if (!step) throw new Error(`The table of a ${machine.thing} has no act “${act}”`)
  return step
}

/** Where a step may lead; from a state that it leaves as it is, to that state. */
export const waysOf = ({ to }: Step, from: string): readonly string[] =>
  to === undefined ? [from] : typeof to === 'string' ? [to] : to

/** Whether a step starts from a state. */
export const startsFrom = (machine: Machine, { from, orUnknown }: Step, state: string): boolean =>
  from.includes(state) || (orUnknown === true && lookUp(machine.states, state) === undefined)

/** Whether an act can be done in a state, by somebody. */
export const isPossible = <Of extends Machine>(machine: Of, act: ActOf<Of>, state: string): boolean =>
  startsFrom(machine, stepOf(machine, act), state)

/** Where an act leads from a state; nowhere when it cannot be done there, or is found done. */
export const nextStates = <Of extends Machine>(
  machine: Of,
  state: string,
  act: ActOf<Of>,
): readonly string[] => {
  const step = stepOf(machine, act)
  return startsFrom(machine, step, state) ? waysOf(step, state) : []
}

/**
 * What whoever holds these permissions can do with a thing in this state, in the order of the table: what the console draws
 * its buttons from. Little in a state that this release does not know.
 */
export const actsFor = <Of extends Machine>(
  machine: Of,
  state: string,
  held: readonly string[],
): ActOf<Of>[] =>
  Object.entries(machine.steps)
    .filter(([, step]) => startsFrom(machine, step, state) && step.by.some((one) => held.includes(one)))
    .map(([act]) => act as ActOf<Of>)

/** The "no" to an act in a state that it does not start from: a `conflict` that tells the state. */
export function refusalIn<Of extends Machine>(machine: Of, act: ActOf<Of>, state: string): Refusal {
  const { done, instead } = stepOf(machine, act)
  const is = lookUp(machine.states, state) ?? `in a state that this release does not know (${state})`
  const message = `This ${machine.thing} is ${is}, so it cannot be ${done}.${instead ? ` ${instead}` : ''}`
  return new Refusal('conflict', message, { state })
}

/** Throws unless the act can be done in this state. */
export function requirePossible<Of extends Machine>(machine: Of, act: ActOf<Of>, state: string): void {
  if (!isPossible(machine, act, state)) throw refusalIn(machine, act, state)
}
