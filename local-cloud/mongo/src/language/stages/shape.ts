import { MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import type { Expression } from '../expression/scope.ts'
import { checkFieldName, fieldPath } from '../path.ts'
import { printValue } from '../print.ts'
import { compileProjection } from '../project.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
import type { Stage, StageParser } from './stage.ts'

const each = (change: (doc: Doc) => Doc): Stage =>
  function* (source) {
    for (const doc of source) yield change(doc)
  }

const project: StageParser = (spec, context) => {
  if (!isDoc(spec)) throw new MongoError(15969, '$project specification must be an object')
  return each(compileProjection(spec, context))
}

const unset: StageParser = (spec) => {
  const paths = Array.isArray(spec) ? spec : [spec]
  if (paths.length === 0)
    throw new MongoError(31119, '$unset specification must be a string or an array with at least one field')
  const projection: Doc = new Map()
  for (const path of paths) {
    if (typeof path !== 'string')
      throw new MongoError(
        31120,
        '$unset specification must be a string or an array containing only string values',
      )
    fieldPath(path)
    projection.set(path, false)
  }
  return each(compileProjection(projection))
}

/** Fields to compute, as a tree of names. */
type Additions = Map<string, Expression | Additions>

const addFields: StageParser = (spec, context) => {
  if (!isDoc(spec))
    throw new MongoError(40272, `$addFields specification stage must be an object, got ${typeNameOf(spec)}`)
  if (spec.size === 0)
    throw new MongoError(
      51272,
      'Invalid $addFields :: caused by :: specification must have at least one field',
    )
  const additions: Additions = new Map()
  for (const [path, value] of spec) collect(additions, fieldPath(path), value, path)
  return each((doc) => withAdditions(doc, additions, doc))

  function collect(into: Additions, path: string[], value: Value, full: string): void {
    let at = into
    for (const part of path.slice(0, -1)) {
      const inner = at.get(part) ?? new Map()
      if (typeof inner === 'function') throw collision(full)
      at.set(part, inner)
      at = inner
    }
    const last = path.at(-1)!
    const existing = at.get(last)
    if (isDoc(value) && value.size > 0 && !value.keys().next().value!.startsWith('$')) {
      const inner = existing ?? new Map()
      if (typeof inner === 'function') throw collision(full)
      at.set(last, inner)
      for (const [name, child] of value) {
        if (name.includes('.'))
          throw new MongoError(40183, `FieldPath field names may not contain '.' in a nested object: ${name}`)
        checkFieldName(name)
        collect(inner, [name], child, `${full}.${name}`)
      }
      return
    }
    if (existing !== undefined) throw collision(full)
    at.set(last, compileExpression(value, context))
  }
}

const collision = (path: string): MongoError =>
  new MongoError(
    40176,
    `Invalid $addFields :: caused by :: specification contains two conflicting paths. Cannot specify ${path}`,
  )

function withAdditions(doc: Doc, additions: Additions, root: Doc): Doc {
  const result = new Map(doc)
  for (const [name, addition] of additions) {
    if (typeof addition === 'function') {
      const value = addition({ root, bindings: undefined })
      if (value === undefined) result.delete(name)
      else result.set(name, value)
    } else result.set(name, within(doc.get(name), addition, root))
  }
  return result
}

/** Arrays are entered, and whatever is not a document gives way to one. */
function within(value: Value | undefined, additions: Additions, root: Doc): Value {
  if (Array.isArray(value)) return value.map((element) => within(element, additions, root))
  return withAdditions(isDoc(value) ? value : new Map(), additions, root)
}

function replaceWith(name: string, spec: Value, context: Parameters<StageParser>[1]): Stage {
  const expression = compileExpression(spec, context)
  return each((doc) => {
    const root = expression({ root: doc, bindings: undefined })
    if (isDoc(root)) return root
    throw new MongoError(
      40228,
      `'${name}' expression must evaluate to an object, but resulting value was: ${printValue(root)}. ` +
        `Type of resulting value: '${root === undefined ? 'missing' : typeNameOf(root)}'. Input document: ${printValue(doc)}`,
    )
  })
}

const replaceRoot: StageParser = (spec, context) => {
  if (!isDoc(spec))
    throw new MongoError(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeNameOf(spec)}`,
    )
  for (const name of spec.keys())
    if (name !== 'newRoot')
      throw new MongoError(40415, `BSON field '$replaceRoot.${name}' is an unknown field.`)
  const newRoot = spec.get('newRoot')
  if (newRoot === undefined) throw new MongoError(40231, 'no newRoot specified for the $replaceRoot stage')
  return replaceWith('newRoot', newRoot, context)
}

export const shapeStages: Record<string, StageParser> = {
  $project: project,
  $unset: unset,
  $addFields: addFields,
  $set: addFields,
  $replaceRoot: replaceRoot,
  $replaceWith: (spec, context) => replaceWith('replacement document', spec, context),
}
