import { failedToParse, MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { encodeValue } from '../keystring.ts'
import { compileFilter } from '../match.ts'
import { compareNumbers } from '../number.ts'
import { fieldPath, walkPath } from '../path.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, isNumeric, Long, long, toDouble } from '../value.ts'
import { withField } from './fields.ts'
import { joinBy } from './foreign.ts'
import type { StageParser } from './stage.ts'

const texts = ['as', 'connectFromField', 'connectToField', 'depthField']
const known = ['from', 'startWith', 'maxDepth', 'restrictSearchWithMatch', ...texts]

/** Gathers what can be reached from each document by going from field to field, each document once. */
export const graphLookup: StageParser = (spec, context) => {
  if (!isDoc(spec)) throw failedToParse('the $graphLookup stage specification must be an object')
  for (const name of spec.keys())
    if (!known.includes(name)) throw new MongoError(40104, `Unknown argument to $graphLookup: ${name}`)
  const [as, connectFrom, connectTo, depthField] = texts.map((name) => textOf(spec, name))
  const [from, startWith] = [spec.get('from'), spec.get('startWith')]
  if (typeof from !== 'string') throw failedToParse("$graphLookup argument 'from' must be a string")
  if (startWith === undefined || !as || !connectFrom || !connectTo) {
    throw new MongoError(
      40105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    )
  }
  const [target, path] = [fieldPath(as), fieldPath(connectFrom)]
  fieldPath(connectTo)
  const depthPath = depthField ? fieldPath(depthField) : undefined
  const mostDepth = depthOf(spec.get('maxDepth'))
  const start = compileExpression(startWith, context)
  // A null goes to fields that are null, not to fields that are missing.
  const exists = compileFilter(new Map([[connectTo, new Map([['$exists', true]])]]), context)
  const restriction = spec.get('restrictSearchWithMatch') ?? new Map()
  if (!isDoc(restriction))
    throw new MongoError(40185, '$graphLookup: restrictSearchWithMatch must be an object')
  const allowed = compileFilter(restriction, context)
  return function* (source) {
    if (!context.collection) throw new MongoError(1, '$graphLookup needs the collections of a database')
    const join = joinBy(context, from, connectTo, 'with pipeline')
    for (const doc of source) {
      const reached = new Map<string, Doc>()
      let frontier = valuesOf(start({ root: doc, bindings: undefined }))
      for (let depth = 0; frontier.length > 0 && depth <= mostDepth; depth++) {
        const next: Value[] = []
        for (const found of join(frontier)) {
          const id = encodeValue(found.get('_id'), context.collation)
          if (reached.has(id) || !exists(found) || !allowed(found)) continue
          reached.set(id, depthPath ? withField(found, depthPath, long(BigInt(depth))) : found)
          walkPath(found, path, 'array', (value) => {
            for (const each of valuesOf(value)) next.push(each)
            return false
          })
        }
        frontier = next
      }
      yield withField(doc, target, [...reached.values()])
    }
  }
}

function textOf(spec: Doc, name: string): string | undefined {
  const value = spec.get(name)
  if (value === undefined || typeof value === 'string') return value
  throw new MongoError(40103, `expected string as argument for ${name}, found: ${printValue(value)}`)
}

const valuesOf = (value: Value | undefined): Value[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function depthOf(value: Value | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY
  if (!isNumeric(value))
    throw new MongoError(40100, `maxDepth requires a numeric argument, found: ${printValue(value)}`)
  if (compareNumbers(value, 0) < 0)
    throw new MongoError(40101, `maxDepth requires a nonnegative argument, found: ${printValue(value)}`)
  const depth = toDouble(value)
  if (Number.isInteger(depth) && compareNumbers(value, Long.MAX_VALUE) <= 0) return depth
  throw new MongoError(40102, `maxDepth could not be represented as a long long: ${printValue(value)}`)
}
