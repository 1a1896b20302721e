import { badValue, failedToParse, MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import type { Modifier, ModifierContext } from './modifier.ts'
import { modifiers, pathsOf } from './modifiers.ts'
import { comparePaths, conflict, isPositional } from './path.ts'

/** One change to one path. `nothing` holds a path that no other step may touch. */
export type Step =
  | { kind: 'modify'; path: string[]; modifier: Modifier }
  | { kind: 'unset'; path: string[] }
  | { kind: 'rename'; path: string[]; from: string[] }
  | { kind: 'nothing'; path: string[] }

/** Reads an update's operators. Throws FailedToParse (9), ConflictingUpdateOperators (40) and each operator's own refusals. */
export function parseSteps(update: Doc, context: ModifierContext, isInsert: boolean): Step[] {
  const steps: Step[] = []
  for (const [name, argument] of update) {
    const parser = Object.hasOwn(modifiers, name) ? modifiers[name] : undefined
    if (!parser && name !== '$unset' && name !== '$rename') {
      throw failedToParse(
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    }
    for (const [text, value] of pathsOf(name, argument)) {
      const path = parsePath(text)
      if (name === '$rename') steps.push(...renameSteps(text, path, value))
      else if (name === '$unset') steps.push({ kind: 'unset', path })
      else {
        const modifier = parser!(value, text, context)
        const counts = name !== '$setOnInsert' || isInsert
        steps.push(counts ? { kind: 'modify', path, modifier } : { kind: 'nothing', path })
      }
    }
  }
  refuseConflicts(steps, (met, path) => `Updating the path '${path}' would create a conflict at '${met}'`)
  return steps
}

function parsePath(text: string): string[] {
  const path = text.split('.')
  if (text === '') throw new MongoError(56, 'An empty update path is not valid.')
  for (const [at, part] of path.entries()) {
    if (part === '') {
      throw new MongoError(
        56,
        `The update path '${text}' contains an empty field name, which is not allowed.`,
      )
    }
    if (isPositional(part) && at === 0) {
      throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${text}'`)
    }
  }
  if (path.filter((part) => part === '$').length > 1) {
    throw badValue(`Too many positional (i.e. '$') elements found in path '${text}'`)
  }
  return path
}

function renameSteps(text: string, from: string[], to: Value): Step[] {
  if (typeof to !== 'string')
    throw badValue(`The 'to' field for $rename must be a string: ${text}: ${printValue(to)}`)
  const path = parsePath(to)
  if (to === text) throw badValue(`The source and target field for $rename must differ: ${text}: "${to}"`)
  if (conflict(from, path) !== undefined) {
    throw badValue(`The source and target field for $rename must not be on the same path: ${text}: "${to}"`)
  }
  for (const [which, parts] of [
    ['source', from],
    ['destination', path],
  ] as const) {
    if (parts.some(isPositional)) {
      throw badValue(`The ${which} field for $rename may not be dynamic: ${parts.join('.')}`)
    }
  }
  return [
    { kind: 'nothing', path: from },
    { kind: 'rename', path, from },
  ]
}

export function refuseConflicts(
  steps: readonly Step[],
  message: (met: string, path: string) => string,
): void {
  if (steps.length < 2) return
  const sorted = steps
    .map(({ path }, order) => ({ path, order }))
    .sort((a, b) => comparePaths(a.path, b.path))
  for (let index = 1; index < sorted.length; index++) {
    const [one, other] = [sorted[index - 1]!, sorted[index]!]
    const met = conflict(one.path, other.path)
    if (met === undefined) continue
    const later = one.order > other.order ? one : other
    throw new MongoError(40, message(met, later.path.join('.')))
  }
}
