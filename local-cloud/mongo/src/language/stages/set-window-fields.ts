import { MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { encodeValue } from '../keystring.ts'
import { fieldPath } from '../path.ts'
import { sorter } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
import { withField } from './fields.ts'
import type { PipelineContext, StageParser } from './stage.ts'
import { parseWindowFunction } from './window.ts'
import type { Partition } from './window-function.ts'

const known = ['partitionBy', 'sortBy', 'output']

/** Adds fields that are computed over the documents around each one; documents come out partition by partition, sorted. */
export const setWindowFields: StageParser = (spec, context) => {
  if (!isDoc(spec))
    throw new MongoError(
      9,
      `the $setWindowFields stage specification must be an object, found ${typeNameOf(spec)}`,
    )
  for (const name of spec.keys()) {
    if (!known.includes(name))
      throw new MongoError(40415, `BSON field '$setWindowFields.${name}' is an unknown field.`)
  }
  const [sortBy, output] = [spec.get('sortBy'), spec.get('output')]
  if (output === undefined)
    throw new MongoError(40414, "BSON field '$setWindowFields.output' is missing but a required field")
  if (!isDoc(output))
    throw new MongoError(14, "BSON field '$setWindowFields.output' is the wrong type, expected type 'object'")
  if (sortBy !== undefined && !isDoc(sortBy))
    throw new MongoError(14, "BSON field '$setWindowFields.sortBy' is the wrong type, expected type 'object'")
  const functions = [...output].map(([path, value]) => {
    return [fieldPath(path), parseWindowFunction(path, value, sortBy, context)] as const
  })
  refuseOverlap([...output.keys()])
  const partitionsOf = partitioner(spec.get('partitionBy'), sortBy, context)
  return function* (source) {
    for (const partition of partitionsOf(source)) {
      const columns = functions.map(([path, evaluate]) => [path, evaluate(partition)] as const)
      for (const [at, doc] of partition.docs.entries()) {
        yield columns.reduce((result, [path, values]) => withField(result, path, values[at]), doc)
      }
    }
  }
}

function refuseOverlap(paths: string[]): void {
  for (const path of paths) {
    const other = paths.find((each) => each.startsWith(`${path}.`))
    if (other)
      throw new MongoError(
        6307900,
        `$setWindowFields 'output' specification contains two conflicting paths: ${path}, ${other}`,
      )
  }
}

function partitioner(
  partitionBy: Value | undefined,
  sortBy: Doc | undefined,
  context: PipelineContext,
): (source: Iterable<Doc>) => Partition[] {
  const key = partitionBy === undefined ? undefined : compileExpression(partitionBy, context)
  const { keyOf, compare } = sorter(sortBy ?? new Map(), context.collation)
  return (source) => {
    const partitions = new Map<string, Doc[]>()
    for (const doc of source) {
      const value = key?.({ root: doc, bindings: undefined }) ?? null
      if (Array.isArray(value)) {
        throw new MongoError(14, 'An expression used to partition cannot evaluate to value of type array')
      }
      const encoded = encodeValue(value, context.collation)
      const docs = partitions.get(encoded) ?? []
      partitions.set(encoded, docs)
      docs.push(doc)
    }
    return [...partitions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, docs]) => {
        const keyed = docs.map((doc) => ({ doc, key: keyOf(doc) })).sort((a, b) => compare(a.key, b.key))
        const sorted = keyed.map(({ doc }) => doc)
        return { docs: sorted, sameRank: (a, b) => compare(keyed[a]!.key, keyed[b]!.key) === 0 }
      })
  }
}
