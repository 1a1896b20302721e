import type { Collation } from '../collation.ts'
import type { Doc, Value } from '../value.ts'

export interface ModifierContext {
  collation: Collation | undefined
  now: Date
}

/** The state of the path when a modifier is applied. */
export interface Target {
  current: Value | undefined
  path: string
  doc: Doc
}

/** Answers the new value, or undefined to leave the path as it is. */
export type Apply = (target: Target) => Value | undefined

export interface Modifier {
  apply: Apply
  /** Whether it makes a missing path; the others have nothing to do there. */
  creates: boolean
  /** Whether the document counts as changed even if the value turns out to be what it was. */
  always?: boolean
}

export type ModifierParser = (argument: Value, path: string, context: ModifierContext) => Modifier
