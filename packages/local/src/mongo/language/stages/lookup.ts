import { failedToParse, MongoError } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import { compileFilter } from '../match.ts'
import { walkPath } from '../path.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { BSONRegExp, isDoc, typeNameOf } from '../value.ts'
import { withField } from './fields.ts'
import type { PipelineContext, Stage, StageParser } from './stage.ts'
import { refuseWriting } from './stage.ts'

const known = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']

interface Lookup {
  from: string
  as: string[]
  localField: string[] | undefined
  foreignField: string | undefined
  let: Doc
  pipeline: Value[] | undefined
}

function parse(spec: Value): Lookup {
  if (!isDoc(spec))
    throw failedToParse(`the $lookup specification must be an object, found ${typeNameOf(spec)}`)
  for (const name of spec.keys())
    if (!known.includes(name)) throw failedToParse(`unknown argument to $lookup: ${name}`)
  const text = (name: string): string | undefined => {
    const value = spec.get(name)
    if (value === undefined || typeof value === 'string') return value
    throw failedToParse(
      `$lookup argument '${name}: ${printValue(value)}' must be a string, found ${typeNameOf(value)}`,
    )
  }
  const [from, as, localField, foreignField] = [
    text('from'),
    text('as'),
    text('localField'),
    text('foreignField'),
  ]
  const pipeline = spec.get('pipeline')
  const variables = spec.get('let') ?? new Map()
  if (as === undefined) throw failedToParse("must specify 'as' field for a $lookup")
  if (from === undefined) throw failedToParse("must specify 'from' field for a $lookup")
  if (pipeline !== undefined && !Array.isArray(pipeline)) {
    throw new MongoError(14, 'A pipeline must be an array of objects')
  }
  if (!isDoc(variables))
    throw failedToParse(`$lookup argument 'let: ${printValue(variables)}' must be an object`)
  if (
    (localField === undefined) !== (foreignField === undefined) ||
    (pipeline === undefined && localField === undefined)
  ) {
    throw failedToParse("$lookup requires both or neither of 'localField' and 'foreignField' to be specified")
  }
  if (pipeline === undefined && spec.has('let'))
    throw failedToParse("$lookup with a 'let' argument must also specify 'pipeline'")
  return {
    from,
    as: as.split('.'),
    localField: localField?.split('.'),
    foreignField,
    let: variables,
    pipeline,
  }
}

export const lookup: StageParser = (spec, context, compilePipeline) => {
  const parsed = parse(spec)
  const variables = new Map<string, Value | undefined>(context.vars)
  const bindings = [...parsed.let].map(([name, value]) => [name, compileExpression(value, context)] as const)
  for (const [name] of bindings) variables.set(name, undefined)
  refuseWriting(parsed.pipeline, 51047, '$lookup')
  const inner = parsed.pipeline && compilePipeline(parsed.pipeline, { ...context, vars: variables })
  return function* (source) {
    for (const doc of source) {
      for (const [name, expression] of bindings)
        variables.set(name, expression({ root: doc, bindings: undefined }))
      const joined = [...(inner ? inner(foreign(doc, parsed, context)) : foreign(doc, parsed, context))]
      yield withField(doc, parsed.as, joined)
    }
  } satisfies Stage
}

function* foreign(
  doc: Doc,
  { from, localField, foreignField }: Lookup,
  context: PipelineContext,
): Iterable<Doc> {
  if (!context.collection) throw new MongoError(1, '$lookup needs the collections of a database')
  if (!localField || foreignField === undefined) {
    yield* context.collection(from)
    return
  }
  const filter = equality(foreignField, localValues(doc, localField))
  const matches = compileFilter(filter, context)
  for (const other of context.collection(from, filter)) if (matches(other)) yield other
}

/** Every value that the local path leads to; arrays count by their elements, and nothing at all counts as null. */
function localValues(doc: Doc, path: readonly string[]): Value[] {
  const values: Value[] = []
  walkPath(doc, path, 'array', (value) => {
    if (Array.isArray(value)) values.push(...value)
    else if (value !== undefined) values.push(value)
    return false
  })
  return values.length > 0 ? values : [null]
}

/** Regular expressions are looked up as values, not matched as patterns. */
function equality(path: string, values: Value[]): Doc {
  const one = (value: Value): Doc => new Map([[path, new Map([['$eq', value]])]])
  if (values.length === 1) return one(values[0]!)
  if (values.some((value) => value instanceof BSONRegExp)) return new Map([['$or', values.map(one)]])
  return new Map([[path, new Map([['$in', values]])]])
}
