import type { Collation } from './collation.ts'
import { badValue, MongoError, notHere } from './error.ts'
import { compileExpression } from './expression/compile.ts'
import type { Expression } from './expression/scope.ts'
import { isTruthy } from './filter.ts'
import type { Match } from './match.ts'
import { compileFilter } from './match.ts'
import { printValue } from './print.ts'
import type { Doc, Value } from './value.ts'
import { type Int32, isDoc, isNumeric, type Long, toDouble } from './value.ts'

export interface ProjectionOptions {
  collation?: Collation | undefined
  vars?: ReadonlyMap<string, Value | undefined> | undefined
  now?: Date | undefined
  /** In a find, `$slice`, `$elemMatch` and `a.$` have meanings of their own; in an aggregation they don't. */
  find?: boolean
  /** The filter of the query, which `a.$` needs to know its element. */
  filter?: Match | undefined
}

type Leaf =
  | { kind: 'include' | 'exclude' }
  | { kind: 'compute'; expression: Expression }
  | { kind: 'slice'; skip: number | undefined; limit: number }
  | { kind: 'elemMatch'; matches: (value: Value) => boolean }
  | { kind: 'positional' }
interface Branch {
  kind: 'branch'
  children: Map<string, Leaf | Branch>
}

interface Parsing {
  options: ProjectionOptions
  including: boolean | undefined
  firstField: string
}

/** Compiles a projection. Throws the codes of MongoDB's projection parser, such as 31253 and 31254 for mixtures. */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): (doc: Doc) => Doc {
  if (spec.size === 0) {
    if (options.find) return (doc) => doc
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  }
  const parsing: Parsing = { options, including: undefined, firstField: '' }
  const root: Branch = { kind: 'branch', children: new Map() }
  for (const [path, value] of spec) parse(root, path, '', value, parsing)
  const id = root.children.get('_id')
  const including = parsing.including ?? onlyId(root)
  if (including && !id) root.children.set('_id', { kind: 'include' })
  const position = positional(spec, options)
  return (doc) => {
    const index = position?.(doc)
    const result = projectDoc(doc, root, including, index, doc)
    if (!including || !result.has('_id')) return result
    return idFirst(result)
  }
}

/** With no field that decides, `{_id: 1}` includes, while `{_id: 0}` and `{a: {$slice: 1}}` exclude. */
function onlyId(root: Branch): boolean {
  const id = root.children.get('_id')
  const others = [...root.children].filter(([name]) => name !== '_id')
  if (others.some(([, child]) => hasKind(child, 'elemMatch') || hasKind(child, 'positional'))) return true
  if (others.some(([, child]) => hasKind(child, 'slice'))) return id?.kind === 'include'
  if (others.length > 0) return true
  return id?.kind !== 'exclude'
}

const hasKind = (node: Leaf | Branch, kind: Leaf['kind']): boolean =>
  node.kind === kind ||
  (node.kind === 'branch' && [...node.children.values()].some((child) => hasKind(child, kind)))

function idFirst(doc: Doc): Doc {
  if (doc.keys().next().value === '_id') return doc
  const result: Doc = new Map([['_id', doc.get('_id')!]])
  for (const [name, value] of doc) result.set(name, value)
  return result
}

function parse(branch: Branch, path: string, prefix: string, value: Value, parsing: Parsing): void {
  const full = prefix === '' ? path : `${prefix}.${path}`
  if (parsing.options.find && path.endsWith('.$')) {
    place(branch, path.slice(0, -2), { kind: 'positional' }, full)
    return
  }
  for (const part of path.split('.')) {
    if (part === '')
      throw new MongoError(
        40353,
        "FieldPath must not end with a '.' or have empty parts.".replace(' or have empty parts', ''),
      )
    if (part.startsWith('$')) {
      if (parsing.options.find && part === '$')
        throw new MongoError(
          31394,
          `As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$`,
        )
      throw new MongoError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      )
    }
  }
  if (isDoc(value) && value.size > 0 && !value.keys().next().value!.startsWith('$')) {
    for (const [name, inner] of value)
      parse(branch, name.includes('.') ? refuseDotted(name) : `${path}.${name}`, prefix, inner, parsing)
    return
  }
  if (isDoc(value) && value.size === 0)
    throw new MongoError(51270, `An empty sub-projection is not a valid value. Found empty object at path`)
  place(branch, path, leafOf(value, full, parsing), full)
}

function refuseDotted(name: string): never {
  throw new MongoError(31249, `cannot use dotted field name '${name}' in a sub object`)
}

function leafOf(value: Value, path: string, parsing: Parsing): Leaf {
  if (isDoc(value) && parsing.options.find) {
    const special = findOperator(value, path, parsing)
    if (special) return special
  }
  if (isNumeric(value) || typeof value === 'boolean') {
    const include = isTruthy(value)
    if (path !== '_id') decide(include, path, parsing)
    return { kind: include ? 'include' : 'exclude' }
  }
  if (isDoc(value) && value.has('$meta')) throw notHere('projecting $meta')
  decide(true, path, parsing)
  const { collation, vars, now } = parsing.options
  return { kind: 'compute', expression: compileExpression(value, { collation, vars, now }) }
}

function decide(include: boolean, path: string, parsing: Parsing): void {
  if (parsing.including === undefined) {
    parsing.including = include
    return
  }
  if (parsing.including === include) return
  throw include
    ? new MongoError(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
    : new MongoError(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
}

function findOperator(value: Doc, path: string, parsing: Parsing): Leaf | undefined {
  const elemMatch = value.get('$elemMatch')
  if (elemMatch !== undefined) {
    if (!isDoc(elemMatch))
      throw new MongoError(
        31274,
        `elemMatch: Invalid argument, object required, but got ${printValue(elemMatch)}`,
      )
    if (path.includes('.')) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field.')
    const matches = compileFilter(new Map([['x', value]]), parsing.options)
    if (parsing.including === false)
      throw new MongoError(31256, `Cannot specify $elemMatch in exclusion projection`)
    return { kind: 'elemMatch', matches: (element) => matches(new Map([['x', [element]]])) }
  }
  const slice = value.get('$slice')
  if (slice === undefined) return undefined
  if (isNumeric(slice)) return { kind: 'slice', skip: undefined, limit: clamp(slice) }
  if (!Array.isArray(slice))
    throw new MongoError(28667, 'Invalid $slice syntax: only numbers and arrays are taken')
  const [skip, limit] = slice
  if (slice.length !== 2 || !isNumeric(skip) || !isNumeric(limit)) return undefined
  if (clamp(limit) <= 0) throw new MongoError(28724, `$slice limit must be positive`)
  return { kind: 'slice', skip: clamp(skip), limit: clamp(limit) }
}

const clamp = (value: Int32 | Long | number | Parameters<typeof toDouble>[0]): number =>
  Math.max(-2147483648, Math.min(2147483647, Math.trunc(toDouble(value))))

function place(branch: Branch, path: string, leaf: Leaf, full: string): void {
  const parts = path.split('.')
  const last = parts.pop()!
  let at = branch
  for (const [depth, part] of parts.entries()) {
    const child = at.children.get(part) ?? { kind: 'branch', children: new Map() }
    if (child.kind !== 'branch')
      throw collision(
        full,
        parts
          .slice(depth + 1)
          .concat(last)
          .join('.'),
      )
    at.children.set(part, child)
    at = child
  }
  const existing = at.children.get(last)
  if (existing)
    throw existing.kind === 'branch'
      ? new MongoError(31249, `Path collision at ${full}`)
      : collision(full, last)
  at.children.set(last, leaf)
}

const collision = (path: string, rest: string): MongoError =>
  new MongoError(31250, `Path collision at ${path} remaining portion ${rest}`)

function projectDoc(doc: Doc, branch: Branch, including: boolean, index: number | undefined, root: Doc): Doc {
  const result: Doc = new Map()
  for (const [name, value] of doc) {
    const node = branch.children.get(name)
    if (!node) {
      if (!including) result.set(name, value)
      continue
    }
    const projected = projectValue(value, node, including, index, root)
    if (projected !== undefined) result.set(name, projected)
  }
  for (const [name, node] of branch.children) {
    if (node.kind === 'compute') computeInto(result, name, node.expression, root)
    else if (node.kind === 'branch' && !doc.has(name)) addComputed(result, name, node, including, root)
  }
  return result
}

function computeInto(result: Doc, name: string, expression: Expression, root: Doc): void {
  const value = expression({ root, bindings: undefined })
  if (value === undefined) result.delete(name)
  else result.set(name, value)
}

/** Computed fields below a missing document make that document. */
function addComputed(result: Doc, name: string, node: Branch, including: boolean, root: Doc): void {
  if (!hasKind(node, 'compute')) return
  result.set(name, projectDoc(new Map(), node, including, undefined, root))
}

function projectValue(
  value: Value,
  node: Leaf | Branch,
  including: boolean,
  index: number | undefined,
  root: Doc,
): Value | undefined {
  switch (node.kind) {
    case 'include':
      return value
    case 'exclude':
    case 'compute':
      return undefined
    case 'slice':
      return Array.isArray(value) ? sliced(value, node) : value
    case 'elemMatch': {
      const found = Array.isArray(value) ? value.find((element) => node.matches(element)) : undefined
      return found === undefined ? undefined : [found]
    }
    case 'positional':
      return Array.isArray(value) ? atPosition(value, index) : value
    case 'branch':
      return projectBranch(value, node, including, index, root)
  }
}

function projectBranch(
  value: Value,
  node: Branch,
  including: boolean,
  index: number | undefined,
  root: Doc,
): Value | undefined {
  if (isDoc(value)) return projectDoc(value, node, including, index, root)
  if (Array.isArray(value)) {
    const elements: Value[] = []
    for (const element of value) {
      const projected = projectBranch(element, node, including, index, root)
      if (projected !== undefined) elements.push(projected)
    }
    return elements
  }
  if (hasKind(node, 'compute')) return projectDoc(new Map(), node, including, index, root)
  return including ? undefined : value
}

function sliced(array: Value[], { skip, limit }: { skip: number | undefined; limit: number }): Value[] {
  if (skip === undefined) return limit >= 0 ? array.slice(0, limit) : array.slice(limit)
  const start = skip < 0 ? Math.max(array.length + skip, 0) : skip
  return array.slice(start, start + limit)
}

function atPosition(array: Value[], index: number | undefined): Value[] {
  if (index === undefined)
    throw new MongoError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    )
  if (index >= array.length)
    throw new MongoError(
      51247,
      "Executor error during find command :: caused by :: positional operator '.$' element mismatch",
    )
  return [array[index]!]
}

function positional(
  spec: Doc,
  { find, filter }: ProjectionOptions,
): ((doc: Doc) => number | undefined) | undefined {
  const paths = [...spec.keys()].filter((path) => path.endsWith('.$'))
  if (!find || paths.length === 0) return undefined
  if (paths.length > 1)
    throw new MongoError(31276, 'Cannot specify more than one positional projection per query.')
  if (!filter) throw badValue(`the positional projection '${paths[0]}' needs a query`)
  return (doc) => {
    const position: { index: number | undefined } = { index: undefined }
    filter(doc, position)
    return position.index
  }
}
