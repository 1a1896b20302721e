import { encode } from './language/codec.ts'
import { comparePaths } from './language/update/path.ts'
import { identical } from './language/update/update.ts'
import { type Doc, int, isDoc, isNumeric, toDoc, toDouble, type Value } from './language/value.ts'

/**
 * The difference between two documents in the form of MongoDB's oplog: fields deleted (`d`), updated (`u`) and
 * inserted (`i`), and under `s` and a name what differs inside; in an array (`a`) its new length (`l`) and elements.
 */
type Delta = Doc

/** What an update's modifiers name; `modifier` is the argument at a path's end. */
interface Named {
  parts: Map<string, Named>
  modifier?: { name: string; argument: Value }
}

/** What an update did, as its event tells it; undefined when the document was replaced, or as good as that. */
export function updateDescription(
  before: Doc,
  after: Doc,
  update: Doc | Value[] | undefined,
): Doc | undefined {
  if (!update) return undefined
  const delta = Array.isArray(update)
    ? documentDelta(before, after, oplogEntryBytes)
    : namedDelta(before, after, named(update))
  return delta && described(delta)
}

/** What an oplog entry needs around a delta. */
const oplogEntryBytes = 15

const size = (value: Doc): number => encode(value).length

function worthwhile(delta: Delta, after: Doc, padding: number): Delta | undefined {
  return size(after) > size(delta) + padding ? delta : undefined
}

const asDoc = (array: Value[]): Doc => new Map(array.map((value, index) => [String(index), value]))

function section(delta: Delta, name: 'd' | 'u' | 'i'): Doc {
  const fields = (delta.get(name) as Doc | undefined) ?? new Map<string, Value>()
  delta.set(name, fields)
  return fields
}

/** Compares field by field in order, as MongoDB does after a pipeline: what moved was removed and put at the end. */
function documentDelta(before: Doc, after: Doc, padding = 0): Delta | undefined {
  const delta: Delta = new Map()
  const [old, now] = [[...before], [...after]]
  const gone = new Set<string>()
  let at = 0
  for (const [name, value] of old) {
    const next = now[at]
    if (next?.[0] !== name) {
      gone.add(name)
      continue
    }
    at++
    if (identical(value, next[1])) continue
    const inner = innerDelta(value, next[1])
    if (inner) delta.set(`s${name}`, inner)
    else section(delta, 'u').set(name, next[1])
  }
  for (const [name, value] of now.slice(at)) {
    section(delta, 'i').set(name, value)
    gone.delete(name)
  }
  for (const name of gone) section(delta, 'd').set(name, false)
  return worthwhile(delta, after, padding)
}

function innerDelta(before: Value, after: Value): Delta | undefined {
  if (isDoc(before) && isDoc(after)) return documentDelta(before, after)
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined
  const delta: Delta = new Map([['a', true]])
  if (after.length < before.length) delta.set('l', int(after.length))
  for (const [index, value] of after.entries()) {
    const old = before[index]
    if (identical(old, value)) continue
    const inner = old === undefined ? undefined : innerDelta(old, value)
    if (inner) delta.set(`s${index}`, inner)
    else delta.set(`u${index}`, value)
  }
  return worthwhile(delta, asDoc(after), 0)
}

/** The paths that modifiers name, in the order in which MongoDB applies them. */
function named(update: Doc): Named {
  const paths = [...update].flatMap(([name, fields]) =>
    [...(fields as Doc)].flatMap(([path, argument]) => {
      const modifier = { name, argument }
      const renamed = name === '$rename' ? [{ path: String(argument).split('.'), modifier }] : []
      return [{ path: path.split('.'), modifier }, ...renamed]
    }),
  )
  const root: Named = { parts: new Map() }
  for (const { path, modifier } of paths.sort((a, b) => comparePaths(a.path, b.path))) {
    let at = root
    for (const part of path) {
      const name = part.startsWith('$') ? '$[]' : part
      const inner = at.parts.get(name) ?? { parts: new Map() }
      at.parts.set(name, inner)
      at = inner
    }
    at.modifier = modifier
  }
  return root
}

/** After modifiers, MongoDB tells of each path that one of them named and that has changed. */
function namedDelta(before: Doc, after: Doc, { parts }: Named): Delta {
  const delta: Delta = new Map()
  for (const [name, inside] of parts) {
    const [old, now] = [before.get(name), after.get(name)]
    if (identical(old, now)) continue
    const inner = deltaInside(old, now, inside)
    if (inner) delta.set(`s${name}`, inner)
    else if (now === undefined) section(delta, 'd').set(name, false)
    else section(delta, old === undefined ? 'i' : 'u').set(name, now)
  }
  return delta
}

function deltaInside(before: Value | undefined, after: Value | undefined, named: Named): Delta | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (!named.modifier) return namedElements(before, after, named)
    return appended(before, after, named.modifier)
  }
  return isDoc(before) && isDoc(after) && !named.modifier ? namedDelta(before, after, named) : undefined
}

function namedElements(before: Value[], after: Value[], { parts }: Named): Delta {
  const delta: Delta = new Map([['a', true]])
  for (const [index, now] of after.entries()) {
    const inside = parts.get(String(index)) ?? parts.get('$[]')
    if (!inside || identical(before[index], now)) continue
    const inner = deltaInside(before[index], now, inside)
    if (inner) delta.set(`s${index}`, inner)
    else delta.set(`u${index}`, now)
  }
  return delta
}

/** `$push` to the end of an array that had elements is told element by element. */
function appended(
  before: Value[],
  after: Value[],
  { name, argument }: NonNullable<Named['modifier']>,
): Delta | undefined {
  const options = name === '$push' && isDoc(argument) && argument.has('$each') ? argument : undefined
  const position = options?.get('$position')
  const elsewhere = isNumeric(position) && (toDouble(position) < 0 || toDouble(position) < before.length)
  if (name !== '$push' || before.length === 0 || elsewhere || options?.has('$sort')) return undefined
  if (after.length <= before.length) return undefined
  if (!before.every((value, index) => identical(value, after[index]))) return undefined
  const delta: Delta = new Map([['a', true]])
  for (const [index, value] of after.entries()) if (index >= before.length) delta.set(`u${index}`, value)
  return delta
}

function described(delta: Delta): Doc {
  const updated: Doc = new Map()
  const removed: string[] = []
  const truncated: Doc[] = []
  const walk = (inner: Delta, path: string): void => {
    const isArray = inner.get('a') === true
    if (isArray && inner.has('l')) {
      truncated.push(
        new Map<string, Value>([
          ['field', path.slice(0, -1)],
          ['newSize', inner.get('l')!],
        ]),
      )
    }
    for (const part of isArray ? [] : ['d', 'u', 'i']) {
      for (const [name, value] of (inner.get(part) as Doc | undefined) ?? []) {
        if (part === 'd') removed.push(path + name)
        else updated.set(path + name, value)
      }
    }
    for (const [name, value] of inner) {
      if (isArray && name.startsWith('u')) updated.set(path + name.slice(1), value)
      else if (name.startsWith('s')) walk(value as Delta, `${path}${name.slice(1)}.`)
    }
  }
  walk(delta, '')
  return toDoc({ updatedFields: updated, removedFields: removed, truncatedArrays: truncated })
}
