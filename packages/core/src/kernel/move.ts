import {
  type ActOf,
  events,
  hints,
  type Machine,
  Refusal,
  refusalIn,
  type Step,
  startsFrom,
  stepOf,
  waysOf,
} from '@insula/contracts'
import { type AnyModel, changeOne, insertOne, type Owned, rowOf, transaction } from '@insula/db'
import type { Actor } from './actor.ts'
import { emit } from './emit.ts'
import { hint } from './hint.ts'
import { type AuditTarget, record } from './record.ts'

/** A kind of thing whose life stands in a table, and how it is told of. */
export interface Kind<Doc extends Owned, Of extends Machine = Machine> {
  machine: Of
  model: AnyModel
  /** What the log shows it as. */
  target(doc: Doc): AuditTarget
  /** What its events carry. */
  payload(doc: Doc): Record<string, unknown>
}

/** Who moves a thing of nobody's: such a thing is in no tenant's log and on nobody's page. */
export interface Unowned {
  tenantId: null
}

/** The fields that changed, for the log. */
export interface Change {
  before?: Record<string, unknown>
  after?: Record<string, unknown>
}

export interface Moving<Doc> {
  /** What must hold beside the state, such as the run that was read. */
  still?: object
  /** Which of the several states that the act may lead to. */
  to?: string
  /** Fields that change with the state. */
  set?: object
  /** Other operators of the update, such as `$inc`. */
  update?: object
  /** What changed, for the log; told by the thing as it was. */
  change?: (was: Doc) => Change
  /** Whom the entry is about, where that is not the thing itself. */
  target?: AuditTarget
  /** What the event carries, where that is not what its events always do. */
  payload?: Record<string, unknown>
}

export interface Moved<Doc> {
  was: Doc
  /** As it is now; as it was last where it is gone. */
  is: Doc
}

/**
 * Does an act as its table says, in one transaction: the update, on condition of the states that the act starts from, the
 * audit entry and the event. Returns null when it is found done, or when `still` does not hold any more: somebody else was
 * first. Throws `not_found`, and the table's `conflict` when the thing is in another state.
 */
export function move<Doc extends Owned, Of extends Machine>(
  actor: Actor | Unowned,
  kind: Kind<Doc, Of>,
  act: NoInfer<ActOf<Of>>,
  id: string,
  moving: Moving<NoInfer<Doc>> = {},
): Promise<Moved<Doc> | null> {
  return transaction(async () => {
    const moved = await moveIfItCan(actor, kind, act, id, moving)
    if (moved) return moved
    const { machine, model } = kind
    const doc = await rowOf<Doc>(model, { _id: id, tenantId: actor.tenantId })
    if (!doc) throw new Refusal('not_found', `There is no such ${machine.thing}.`)
    const state = stateOf(machine, doc)
    const step = stepOf(machine, act)
    if (!startsFrom(machine, step, state) && !step.doneIn?.includes(state))
      throw refusalIn(machine, act, state)
    return null
  })
}

/** The same for who only does what can be done, such as a sweep: null as well where the thing is in another state or gone. */
export function moveIfItCan<Doc extends Owned, Of extends Machine>(
  actor: Actor | Unowned,
  kind: Kind<Doc, Of>,
  act: NoInfer<ActOf<Of>>,
  id: string,
  moving: Moving<NoInfer<Doc>> = {},
): Promise<Moved<Doc> | null> {
  const { machine, model } = kind
  const step = stepOf(machine, act)
  const owned = { _id: id, tenantId: actor.tenantId }
  return transaction(async () => {
    const still = [startOf(machine, step), ...(moving.still ? [moving.still] : [])]
    const was = await changeOne<Doc>(model, owned, still, updateOf(machine, step, moving))
    if (!was) return null
    const is = (await rowOf<Doc>(model, owned)) ?? was
    await leave(actor, step, {
      target: moving.target ?? kind.target(is),
      payload: moving.payload ?? kind.payload(is),
      change: moving.change?.(was) ?? {},
    })
    return { was, is }
  })
}

/** Makes a thing by the act of its table that does, with the entry and the event. Call it where the row may be made. */
export function make<Doc extends Owned, Of extends Machine>(
  actor: Actor | Unowned,
  kind: Kind<Doc, Of>,
  act: NoInfer<ActOf<Of>>,
  fields: object,
  moving: Pick<Moving<NoInfer<Doc>>, 'change' | 'to'> = {},
): Promise<Doc> {
  const step = stepOf(kind.machine, act)
  return transaction(async () => {
    const state = storedAs(kind.machine, wayOf(step, moving.to))
    const doc = await insertOne<Doc>(kind.model, { ...fields, tenantId: actor.tenantId, ...state })
    const change = moving.change?.(doc) ?? {}
    await leave(actor, step, { target: kind.target(doc), payload: kind.payload(doc), change })
    return doc
  })
}

/** Writes the entry and the event that a step of a table leaves. Call it inside the transaction of the change. */
export async function leave(
  actor: Actor | Unowned,
  step: Step,
  about: { target: AuditTarget; payload: Record<string, unknown>; change: Change },
): Promise<void> {
  if (!isActor(actor)) return
  const { audit, event } = step
  if (audit) await record(actor, audit, about.target, about.change)
  const contract = Object.values(events).find(({ type }) => type === event)
  // The contract checks what it is given.
  if (contract) await emit(actor, contract, about.payload as never)
  const onlyHint = Object.values(hints).find(({ type }) => type === step.hint)
  if (onlyHint) hint(actor.tenantId, onlyHint, onlyHint.payload.parse(about.payload))
}

const isActor = (actor: Actor | Unowned): actor is Actor => actor.tenantId !== null

const storedAs = ({ stored }: Machine, state: string): object => stored?.[state] ?? { state }

/** A filter for the things that the step starts from. */
function startOf(machine: Machine, { from, orUnknown }: Step): object {
  const filters = from.map((state) => storedAs(machine, state))
  if (orUnknown) filters.push({ state: { $nin: Object.keys(machine.states) } })
  if (filters.length === 1) return filters[0] ?? {}
  return machine.stored || orUnknown ? { $or: filters } : { state: { $in: from } }
}

/** The state of a row, by its table. */
export const stateOf = (machine: Machine, doc: object): string => {
  const fieldOf = (field: string): unknown => Reflect.get(doc, field)
  const state = Object.keys(machine.states).find((one) => {
    const stored = machine.stored?.[one]
    return stored && Object.entries(stored).every(([field, value]) => fieldOf(field) === value)
  })
  return state ?? String(fieldOf('state'))
}

/** The one state that the step leads to. */
function wayOf(step: Step, to: string | undefined): string {
  const ways = waysOf(step, '')
  const way = to ?? ways[0] ?? ''
  if (!ways.includes(way) || (to === undefined && ways.length > 1))
    throw new Error(`The act does not lead to “${way}”`)
  return way
}

/** The update that a step makes; null where it removes the row. */
function updateOf(machine: Machine, step: Step, { to, set, update }: Moving<never>): object | null {
  if (step.to === undefined) return set || update ? { ...update, $set: { ...set } } : { $set: {} }
  const way = wayOf(step, to)
  return way === machine.gone ? null : { ...update, $set: { ...set, ...storedAs(machine, way) } }
}
