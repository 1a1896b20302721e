import { failedToParse, MongoError } from '../error.ts'
import { compileExpression, scopeOf } from '../expression/compile.ts'
import { fieldPath } from '../path.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'
import { withField } from './fields.ts'
import { joinBy, localValues } from './foreign.ts'
import { hintOf } from './hint.ts'
import type { Stage, StageParser } from './stage.ts'
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
  if (foreignField !== undefined) fieldPath(foreignField)
  return {
    from,
    as: fieldPath(as),
    localField: localField === undefined ? undefined : fieldPath(localField),
    foreignField,
    let: variables,
    pipeline,
  }
}

export const lookup: StageParser = (spec, context, compilePipeline) => {
  const parsed = parse(spec)
  const { from, as, localField, foreignField, pipeline } = parsed
  const bindings = [...parsed.let].map(([name, value]) => [name, compileExpression(value, context)] as const)
  scopeOf(context).binding(...parsed.let.keys())
  const variables = new Map<string, Value | undefined>(context.vars)
  for (const [name] of bindings) variables.set(name, undefined)
  refuseWriting(pipeline, 51047, '$lookup')
  const inner = pipeline && compilePipeline(pipeline, { ...context, vars: variables })
  return function* (source) {
    if (!context.collection) throw new MongoError(1, '$lookup needs the collections of a database')
    const form = inner ? 'with pipeline' : 'plain'
    const join = foreignField === undefined ? undefined : joinBy(context, from, foreignField, form)
    for (const doc of source) {
      // A pipeline around this one may have set its variables anew.
      for (const [name, value] of context.vars ?? []) variables.set(name, value)
      for (const [name, expression] of bindings)
        variables.set(name, expression({ root: doc, bindings: undefined }))
      const found = join
        ? join(localValues(doc, localField!))
        : context.collection(from, hintOf(pipeline, variables))
      yield withField(doc, as, [...(inner ? inner(found) : found)])
    }
  } satisfies Stage
}
