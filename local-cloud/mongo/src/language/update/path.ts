import { badValue, MongoError } from '../error.ts'
import { arrayIndex } from '../path.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'

/** Where an update path leads in a document. `value` is undefined if nothing is there yet. */
export interface Place {
  value: Value | undefined
  /** Why the path cannot be made, where a scalar or a wrong index stands in its way. */
  blocked: MongoError | undefined
}

const maxPadding = 1_500_000

/** A document that is being updated: the original is never touched, only what changes is copied. */
export class Draft {
  root: Doc
  modified = false
  readonly owned = new Set<object>()

  constructor(original: Doc) {
    this.root = original
  }

  find(path: readonly string[]): Place {
    let value: Value | undefined = this.root
    for (const [depth, part] of path.entries()) {
      if (isDoc(value)) value = value.get(part)
      else if (Array.isArray(value)) {
        const index = arrayIndex(part)
        if (index === -1) return { value: undefined, blocked: notViable(path, depth, value) }
        value = value[index]
      } else return { value: undefined, blocked: notViable(path, depth, value) }
      if (value === undefined) return { value, blocked: undefined }
    }
    return { value, blocked: undefined }
  }

  /** Puts a value at the path, making the documents on the way and padding arrays with nulls. */
  set(path: readonly string[], value: Value): void {
    const place = this.find(path)
    if (place.blocked) throw place.blocked
    this.modified = true
    let container: Doc | Value[] = this.own(this.root)
    this.root = container
    for (const part of path.slice(0, -1)) {
      const inner: Doc | Value[] = this.own((read(container, part) as Doc | Value[] | undefined) ?? new Map())
      write(container, part, inner)
      container = inner
    }
    write(container, path.at(-1)!, value)
  }

  /** Removes what is at the path; an array keeps its length and gets a null there. */
  unset(path: readonly string[]): void {
    if (this.find(path).value === undefined) return
    this.modified = true
    let container: Doc | Value[] = this.own(this.root)
    this.root = container
    for (const part of path.slice(0, -1)) {
      const inner: Doc | Value[] = this.own(read(container, part) as Doc | Value[])
      write(container, part, inner)
      container = inner
    }
    const last = path.at(-1)!
    if (Array.isArray(container)) container[arrayIndex(last)] = null
    else container.delete(last)
  }

  private own<T extends Doc | Value[]>(container: T): T {
    if (this.owned.has(container)) return container
    const copy = Array.isArray(container) ? [...container] : new Map(container)
    this.owned.add(copy)
    return copy as T
  }
}

const read = (container: Doc | Value[], part: string): Value | undefined =>
  isDoc(container) ? container.get(part) : container[arrayIndex(part)]

function write(container: Doc | Value[], part: string, value: Value): void {
  if (isDoc(container)) {
    container.set(part, value)
    return
  }
  const index = arrayIndex(part)
  if (index - container.length > maxPadding) {
    throw badValue('cannot add more than 1500000 null elements to pad an array')
  }
  while (container.length < index) container.push(null)
  container[index] = value
}

function notViable(path: readonly string[], depth: number, value: Value): MongoError {
  const holder = path[depth - 1] ?? ''
  return new MongoError(
    28,
    `Cannot create field '${path[depth]}' in element {${holder}: ${printValue(value)}}`,
  )
}

/** MongoDB's order of update paths: component by component, array indexes by number. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [left, right] = [a[at]!, b[at]!]
    if (left === right) continue
    const [leftIndex, rightIndex] = [arrayIndex(left), arrayIndex(right)]
    if (leftIndex !== -1 && rightIndex !== -1) return leftIndex - rightIndex
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

/** Whether one path is the other or lies inside it; answers the shorter, where they meet. */
export function conflict(a: readonly string[], b: readonly string[]): string | undefined {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a]
  return shorter.every((part, at) => part === longer[at]) ? shorter.join('.') : undefined
}

/** What `$`, `$[]` and `$[name]` stand for in one document. */
export interface Positions {
  /** The index that the query matched. */
  matched: () => number | undefined
  filter: (name: string) => (element: Value) => boolean
}

/** Whether a part of a path stands for an element of an array; any other name may begin with a dollar sign. */
export const isPositional = (part: string): boolean =>
  part === '$' || (part.startsWith('$[') && part.endsWith(']'))

/** Turns a path with positional operators into the paths it means for this document. */
export function concretePaths(doc: Doc, path: readonly string[], positions: Positions): string[][] {
  const at = path.findIndex(isPositional)
  if (at === -1) return [[...path]]
  const before = path.slice(0, at)
  const rest = path.slice(at + 1)
  const chosen = chooseIndexes(doc, before, path[at]!, positions)
  return chosen.flatMap((index) => concretePaths(doc, [...before, String(index), ...rest], positions))
}

function chooseIndexes(doc: Doc, before: string[], operator: string, positions: Positions): number[] {
  if (operator === '$') {
    const index = positions.matched()
    if (index === undefined) {
      throw badValue('The positional operator did not find the match needed from the query.')
    }
    return [index]
  }
  const array = new Draft(doc).find(before).value
  if (array === undefined) {
    throw badValue(
      `The path '${before.join('.')}' must exist in the document in order to apply array updates.`,
    )
  }
  if (!Array.isArray(array)) {
    throw badValue(`Cannot apply array updates to non-array element ${before.at(-1)}: ${printValue(array)}`)
  }
  const name = operator.slice(2, -1)
  const filter = name === '' ? undefined : positions.filter(name)
  return array.flatMap((element, index) => (!filter || filter(element) ? [index] : []))
}
