import { MongoError } from './error.ts'
import { arrayIndex } from './path.ts'
import type { Doc, Value } from './value.ts'
import { isDoc } from './value.ts'

/** Stands in a key for the element that an empty array does not have: before null, in whose place a missing value is. */
export const nothingInArray = Symbol('the missing element of an empty array')
/** One field's part of a key; undefined for a missing value. */
export type KeyPart = Value | undefined | typeof nothingInArray

export interface CompoundKeys {
  keys: KeyPart[][]
  /** Whether an array was on the way to any field. */
  multikey: boolean
}

/** A field's way into a document, as far as it has been walked. */
interface Step {
  readonly value: Value | undefined
  readonly path: readonly string[]
  readonly at: number
  readonly part: KeyPart
  readonly done: boolean
}

type Parallel = (first: string, second: string) => MongoError

/**
 * The keys that a document has in an index over these paths, or under a sort: one for each element of the array that
 * the paths run into. Two different arrays in one key are refused with `parallel`, a name that is both a position in an
 * array and a field of its elements with 16746.
 */
export function compoundKeys(
  doc: Doc,
  paths: readonly (readonly string[])[],
  parallel: Parallel,
): CompoundKeys {
  const found: CompoundKeys = { keys: [], multikey: false }
  const steps = paths.map((path): Step => ({ value: doc, path, at: 0, part: undefined, done: false }))
  expand(steps, parallel, found)
  return found
}

function expand(steps: readonly Step[], parallel: Parallel, found: CompoundKeys): void {
  const walked = steps.map(advance)
  const open = walked.filter((step) => !step.done)
  const [first] = open
  if (!first) {
    found.keys.push(walked.map(({ part }) => part))
    return
  }
  for (const other of open) {
    if (!sameWay(first, other)) throw parallel(first.path.join('.'), other.path.join('.'))
  }
  found.multikey = true
  const array = first.value as Value[]
  const elements: (Value | typeof nothingInArray)[] = array.length === 0 ? [nothingInArray] : array
  for (const element of elements) {
    expand(
      walked.map((step) => (step.done ? step : intoElement(step, element))),
      parallel,
      found,
    )
  }
}

/** Whether two fields have come to the same array, rather than to two that an update made of one value. */
const sameWay = (a: Step, b: Step): boolean =>
  a.value === b.value && a.at === b.at && a.path.every((name, at) => at >= a.at || name === b.path[at])

const ended = (step: Step, part: KeyPart): Step => ({ ...step, part, done: true })

/** What is taken out of an array is not opened in turn. */
function intoElement(step: Step, element: Value | typeof nothingInArray): Step {
  if (step.at === step.path.length) return ended(step, element)
  return typeof element !== 'symbol' && isDoc(element) ? { ...step, value: element } : ended(step, undefined)
}

/** Follows the path to its end, or to an array that has to be opened. */
function advance(step: Step): Step {
  if (step.done) return step
  const { path } = step
  let { value, at } = step
  for (; at < path.length; at++) {
    const name = path[at]!
    if (isDoc(value)) value = value.get(name)
    else if (Array.isArray(value)) {
      const index = arrayIndex(name)
      if (index === -1 || index >= value.length) return { ...step, value, at }
      if (value.some((inner) => isDoc(inner) && inner.has(name))) {
        const why = 'do not use numeric field names in embedded elements in an array'
        throw new MongoError(16746, `Ambiguous field name found in array (${why}), field: '${name}'`)
      }
      value = value[index]
    } else return ended(step, undefined)
  }
  return Array.isArray(value) ? { ...step, value, at } : ended(step, value)
}
