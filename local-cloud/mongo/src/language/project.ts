import { MongoError } from './error.ts'
import type { Expression } from './expression/scope.ts'
import type { Match } from './match.ts'
import type { Branch, Leaf, ProjectionOptions } from './projection-spec.ts'
import { parseProjection } from './projection-spec.ts'
import type { Doc, Value } from './value.ts'
import { isDoc } from './value.ts'

export type { ProjectionOptions } from './projection-spec.ts'

/**
 * Compiles a projection. Included fields keep the document's order, computed ones follow in the order they are given.
 * Throws the codes of MongoDB's projection parser, such as 31253 and 31254 for mixtures.
 */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): (doc: Doc) => Doc {
  if (spec.size === 0) {
    if (options.find) return (doc) => doc
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  }
  const { root, including, positional } = parseProjection(spec, options)
  if (!positional) return (doc) => projectDoc(doc, root, including, doc)
  const { filter } = options
  if (!filter) throw new MongoError(51050, 'Projections with a positional operator require a matcher')
  return (doc) => atPosition(projectDoc(doc, root, including, doc), positional, 0, doc, filter) as Doc
}

function projectDoc(doc: Doc, branch: Branch, including: boolean, root: Doc): Doc {
  const result: Doc = new Map()
  for (const [name, value] of doc) {
    const node = branch.children.get(name)
    if (!node) {
      if (!including) result.set(name, value)
      continue
    }
    const projected = projectValue(value, node, including, root)
    if (projected !== undefined) result.set(name, projected)
  }
  for (const [name, node] of branch.children) {
    if (node.kind === 'compute') computeInto(result, name, node.expression, root)
    else if (!doc.has(name) && computes(node))
      result.set(name, projectDoc(new Map(), node as Branch, including, root))
  }
  return result
}

function computeInto(result: Doc, name: string, expression: Expression, root: Doc): void {
  const value = expression({ root, bindings: undefined })
  if (value === undefined) result.delete(name)
  else result.set(name, value)
}

/** Whether something below is computed, so that it must be there even where the document has nothing. */
const computes = (node: Leaf | Branch): boolean =>
  node.kind === 'compute' || (node.kind === 'branch' && [...node.children.values()].some(computes))

function projectValue(value: Value, node: Leaf | Branch, including: boolean, root: Doc): Value | undefined {
  switch (node.kind) {
    case 'include':
      return value
    case 'exclude':
    case 'compute':
      return undefined
    case 'slice':
      return Array.isArray(value) ? sliced(value, node) : value
    case 'branch':
      return projectBranch(value, node, including, root)
  }
}

function projectBranch(value: Value, node: Branch, including: boolean, root: Doc): Value | undefined {
  if (isDoc(value)) return projectDoc(value, node, including, root)
  if (Array.isArray(value)) {
    const elements: Value[] = []
    for (const element of value) {
      const projected = projectBranch(element, node, including, root)
      if (projected !== undefined) elements.push(projected)
    }
    return elements
  }
  if (computes(node)) return projectDoc(new Map(), node, including, root)
  return including ? undefined : value
}

function sliced(array: Value[], { skip, limit }: { skip: number | undefined; limit: number }): Value[] {
  if (skip === undefined) return limit >= 0 ? array.slice(0, limit) : array.slice(limit)
  const start = skip < 0 ? Math.max(array.length + skip, 0) : skip
  return array.slice(start, start + limit)
}

/** Leaves of the first array on the path only the element that made the query match. */
function atPosition(value: Value, path: readonly string[], at: number, root: Doc, filter: Match): Value {
  if (Array.isArray(value)) {
    const position: { index: number | undefined } = { index: undefined }
    filter(root, position)
    if (position.index === undefined)
      throw executorError(51246, "couldn't find a matching element in the array")
    if (position.index >= value.length) throw executorError(51247, 'element mismatch')
    return [value[position.index]!]
  }
  const name = path[at]
  if (!isDoc(value) || name === undefined || !value.has(name)) return value
  return new Map(value).set(name, atPosition(value.get(name)!, path, at + 1, root, filter))
}

const executorError = (code: number, what: string): MongoError =>
  new MongoError(code, `Executor error during find command :: caused by :: positional operator '.$' ${what}`)
