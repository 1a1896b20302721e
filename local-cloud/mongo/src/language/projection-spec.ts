import type { Collation } from './collation.ts'
import { MongoError, notHere } from './error.ts'
import { compileExpression } from './expression/compile.ts'
import { isOperator } from './expression/operators.ts'
import type { Expression } from './expression/scope.ts'
import { isTruthy } from './filter.ts'
import type { Match } from './match.ts'
import { compileFilter } from './match.ts'
import { fieldPath } from './path.ts'
import { printValue } from './print.ts'
import type { Doc, NumericValue, Value } from './value.ts'
import { isDoc, isNumeric, toDouble, typeNameOf } from './value.ts'

export interface ProjectionOptions {
  collation?: Collation | undefined
  vars?: ReadonlyMap<string, Value | undefined> | undefined
  now?: Date | undefined
  /** In a find, `$slice`, `$elemMatch` and `a.$` have meanings of their own; in an aggregation they don't. */
  find?: boolean
  /** The filter of the query, which `a.$` needs to know its element. */
  filter?: Match | undefined
  /** Whether the query asks for a field of that name or for something inside it. */
  asks?: ((name: string) => boolean) | undefined
}

export type Leaf =
  | { kind: 'include' | 'exclude' }
  | { kind: 'compute'; expression: Expression }
  | { kind: 'slice'; skip: number | undefined; limit: number }
export interface Branch {
  kind: 'branch'
  children: Map<string, Leaf | Branch>
}

/** A projection as a tree of names. */
export interface ParsedProjection {
  root: Branch
  including: boolean
  /** The path of the one `a.$`, without its `$`. */
  positional: string[] | undefined
}

interface Parsing {
  options: ProjectionOptions
  root: Branch
  including: boolean | undefined
  positional: string[] | undefined
  hasSlice: boolean
  hasElemMatch: boolean
}

/** Reads a projection by the rules of MongoDB's own parser, its codes included. */
export function parseProjection(spec: Doc, options: ProjectionOptions): ParsedProjection {
  const root: Branch = { kind: 'branch', children: new Map() }
  const parsing: Parsing = {
    ...{ options, root, including: undefined, positional: undefined },
    ...{ hasSlice: false, hasElemMatch: false },
  }
  for (const [name, value] of spec) {
    if (name === '') throw new MongoError(40352, 'FieldPath cannot be constructed with empty string')
    parse(parsing, name.split('.'), value)
  }
  const id = root.children.get('_id')
  const including = parsing.including ?? includesByDefault(parsing, id?.kind)
  if (including && !id) root.children.set('_id', { kind: 'include' })
  return { root, including, positional: parsing.positional }
}

/** With nothing else to decide it: `$slice` leaves the rest in, `$elemMatch` leaves it out, and so does `_id: 1`. */
function includesByDefault({ hasSlice, hasElemMatch }: Parsing, id: string | undefined): boolean {
  return (hasElemMatch && !hasSlice) || id === 'include'
}

function parse(parsing: Parsing, path: string[], value: Value): void {
  if (path.length > 1 && path.at(-1) === '$' && parsing.options.find) {
    parsePositional(parsing, path.slice(0, -1), value)
    return
  }
  checkName(path, parsing)
  if (isDoc(value)) parseDoc(parsing, path, value)
  else if (isNumeric(value) || typeof value === 'boolean') parseFlag(parsing, path, isTruthy(value))
  else {
    refuseInExclusion(
      parsing,
      31310,
      `Cannot use an expression ${path.join('.')}: ${printValue(value)} in an exclusion projection`,
    )
    compute(parsing, path, value)
  }
}

function checkName(path: string[], { options }: Parsing): void {
  if (options.find && path.slice(0, -1).includes('$')) {
    throw new MongoError(
      31394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only " +
        'be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts ' +
        "following the '$' and the results will be equivalent.",
    )
  }
  fieldPath(path.join('.'))
}

function parsePositional(parsing: Parsing, path: string[], value: Value): void {
  if (isDoc(value))
    throw new MongoError(31271, 'positional projection cannot be used with an expression or sub object')
  if (!isNumeric(value) && typeof value !== 'boolean') {
    throw new MongoError(31308, 'positional projection cannot be used with a literal')
  }
  if (!isTruthy(value)) {
    throw new MongoError(31395, 'positional projection cannot be used with exclusion')
  }
  if (parsing.positional)
    throw new MongoError(31276, 'Cannot specify more than one positional projection per query.')
  if (parsing.hasElemMatch) throw new MongoError(31256, 'Cannot specify positional operator and $elemMatch.')
  if (parsing.options.asks?.(path[0]!) === false) {
    const name = [...path, '$'].join('.')
    throw new MongoError(31277, `Positional projection '${name}' does not match the query document.`)
  }
  parsing.positional = path
  parse(parsing, path, value)
}

function parseFlag(parsing: Parsing, path: string[], include: boolean): void {
  place(parsing.root, path, { kind: include ? 'include' : 'exclude' })
  if (path.length === 1 && path[0] === '_id') return
  if (parsing.including !== undefined && parsing.including !== include) {
    const name = path.join('.')
    throw include
      ? new MongoError(31253, `Cannot do inclusion on field ${name} in exclusion projection`)
      : new MongoError(31254, `Cannot do exclusion on field ${name} in inclusion projection`)
  }
  parsing.including = include
}

function parseDoc(parsing: Parsing, path: string[], value: Doc): void {
  if (value.size === 0) {
    throw new MongoError(51270, 'An empty sub-projection is not a valid value. Found empty object at path')
  }
  const operator = value.keys().next().value!
  if (value.size > 1 || !operator.startsWith('$')) {
    for (const [name, inner] of value) parse(parsing, [...path, ...name.split('.')], inner)
    return
  }
  if (operator === '$meta') throw notHere('projecting $meta')
  if (operator !== '$elemMatch' && !isOperator(operator))
    throw new MongoError(31325, `Unknown expression ${operator}`)
  if (operator === '$elemMatch' && !parsing.options.find)
    throw new MongoError(168, 'Cannot use $elemMatch in this context')
  if (operator === '$elemMatch') parseElemMatch(parsing, path, value)
  else if (
    operator !== '$slice' ||
    !parsing.options.find ||
    !parseSlice(parsing, path, value.get('$slice')!)
  ) {
    refuseInExclusion(parsing, 31252, 'Cannot use expression other than $meta in exclusion projection')
    compute(parsing, path, value)
  }
}

function refuseInExclusion({ including }: Parsing, code: number, message: string): void {
  if (including === false) throw new MongoError(code, message)
}

function compute(parsing: Parsing, path: string[], value: Value): void {
  parsing.including = true
  const { collation, vars, now } = parsing.options
  place(parsing.root, path, {
    kind: 'compute',
    expression: compileExpression(value, { collation, vars, now }),
  })
}

/** The first element that matches, in an array of its own; the field comes after those that are only included. */
function parseElemMatch(parsing: Parsing, path: string[], value: Doc): void {
  const condition = value.get('$elemMatch')!
  if (!isDoc(condition)) {
    throw new MongoError(
      31274,
      `elemMatch: Invalid argument, object required, but got ${typeNameOf(condition)}`,
    )
  }
  if (parsing.positional) throw new MongoError(31255, 'Cannot specify positional operator and $elemMatch.')
  if (path.length > 1) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field.')
  const [name] = path as [string]
  const matches = compileFilter(new Map([[name, value]]), parsing.options)
  parsing.hasElemMatch = true
  const expression: Expression = ({ root }) => {
    const array = isDoc(root) ? root.get(name) : undefined
    const position: { index: number | undefined } = { index: undefined }
    if (!Array.isArray(array) || !matches(root as Doc, position)) return undefined
    return [array[position.index!]!]
  }
  place(parsing.root, path, { kind: 'compute', expression })
}

/** Reads find's `$slice`; what does not fit it is left to the expression of that name. */
function parseSlice(parsing: Parsing, path: string[], slice: Value): boolean {
  const [skip, limit] = Array.isArray(slice) ? slice : [undefined, slice]
  if (!isNumeric(limit)) return false
  if (Array.isArray(slice) && (slice.length !== 2 || !isNumeric(skip) || asInt(limit) <= 0)) return false
  place(parsing.root, path, {
    kind: 'slice',
    skip: isNumeric(skip) ? asInt(skip) : undefined,
    limit: asInt(limit),
  })
  parsing.hasSlice = true
  return true
}

const asInt = (value: NumericValue): number =>
  Math.max(-2147483648, Math.min(2147483647, Math.trunc(toDouble(value))))

function place(root: Branch, path: string[], leaf: Leaf): void {
  let branch = root
  for (const [depth, part] of path.slice(0, -1).entries()) {
    const child = branch.children.get(part) ?? { kind: 'branch', children: new Map() }
    if (child.kind !== 'branch') {
      throw new MongoError(
        31249,
        `Path collision at ${path.join('.')} remaining portion ${path.slice(depth + 1).join('.')}`,
      )
    }
    branch.children.set(part, child)
    branch = child
  }
  const last = path.at(-1)!
  if (branch.children.has(last)) throw new MongoError(31250, `Path collision at ${path.join('.')}`)
  branch.children.set(last, leaf)
}
