import { failedToParse, MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc, typeNameOf } from '../value.ts'

/** Where a pipeline ends that writes: `$out` replaces a collection, `$merge` writes into one. */
export type PipelineEffect =
  | { kind: 'out'; db: string | undefined; collection: string }
  | {
      kind: 'merge'
      db: string | undefined
      collection: string
      /** The fields that identify a document; undefined means `_id`. */
      on: string[] | undefined
      /** Variables for a pipeline in `whenMatched`, as expressions on the new document; `$$new` is that document. */
      let: Doc | undefined
      whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | Value[]
      whenNotMatched: 'insert' | 'discard' | 'fail'
    }

/** Splits a pipeline into the stages that read and the effect at its end, which the caller has to carry out. */
export function splitEffect(stages: Value[]): { stages: Value[]; effect: PipelineEffect | undefined } {
  const last = stages.at(-1)
  const [name, spec] = isDoc(last) && last.size === 1 ? [...last][0]! : []
  if (name === '$out') return { stages: stages.slice(0, -1), effect: parseOut(spec!) }
  if (name === '$merge') return { stages: stages.slice(0, -1), effect: parseMerge(spec!) }
  return { stages, effect: undefined }
}

function parseOut(spec: Value): PipelineEffect {
  if (typeof spec === 'string') return { kind: 'out', db: undefined, collection: spec }
  if (!isDoc(spec)) {
    throw new MongoError(
      16990,
      `$out only supports a string or object argument, but found ${typeNameOf(spec)}`,
    )
  }
  for (const key of spec.keys()) {
    if (key !== 'db' && key !== 'coll')
      throw new MongoError(40415, `BSON field '$out.${key}' is an unknown field.`)
  }
  return { kind: 'out', ...target(spec, '$out') }
}

function target(spec: Doc, name: string): { db: string | undefined; collection: string } {
  const [db, collection] = [spec.get('db'), spec.get('coll')]
  if (typeof collection !== 'string')
    throw new MongoError(40414, `BSON field '${name}.coll' is missing but a required field`)
  if (db !== undefined && typeof db !== 'string')
    throw new MongoError(14, `BSON field '${name}.db' is the wrong type`)
  return { db, collection }
}

const matchedModes = ['replace', 'keepExisting', 'merge', 'fail'] as const
const unmatchedModes = ['insert', 'discard', 'fail'] as const

function parseMerge(spec: Value): PipelineEffect {
  if (typeof spec === 'string') return parseMerge(new Map([['into', spec]]))
  if (!isDoc(spec)) {
    throw new MongoError(51182, `$merge only supports a string or object argument, not ${typeNameOf(spec)}`)
  }
  for (const key of spec.keys()) {
    if (!['into', 'on', 'let', 'whenMatched', 'whenNotMatched'].includes(key)) {
      throw new MongoError(40415, `BSON field '$merge.${key}' is an unknown field.`)
    }
  }
  const into = spec.get('into')
  if (into === undefined)
    throw new MongoError(40414, "BSON field '$merge.into' is missing but a required field")
  const variables = spec.get('let')
  if (variables !== undefined && !isDoc(variables))
    throw new MongoError(14, "BSON field '$merge.let' is the wrong type")
  const whenMatched = spec.get('whenMatched') ?? 'merge'
  if (variables && !Array.isArray(whenMatched)) {
    throw new MongoError(51199, "Cannot use 'let' variables with 'whenMatched' modes other than a pipeline")
  }
  const whenNotMatched = mode('whenNotMatched', spec.get('whenNotMatched') ?? 'insert', unmatchedModes)
  if ((whenMatched === 'fail' || whenMatched === 'keepExisting') && whenNotMatched !== 'insert') {
    throw new MongoError(
      51181,
      `Combination of $merge modes 'whenMatched: ${whenMatched}' and 'whenNotMatched: ${whenNotMatched}' is not supported`,
    )
  }
  return {
    kind: 'merge',
    ...(typeof into === 'string' ? { db: undefined, collection: into } : target(docOf(into), '$merge')),
    on: onFields(spec.get('on')),
    let: variables,
    whenMatched: Array.isArray(whenMatched) ? whenMatched : mode('whenMatched', whenMatched, matchedModes),
    whenNotMatched,
  }
}

function docOf(into: Value): Doc {
  if (isDoc(into)) return into
  throw new MongoError(
    51178,
    `$merge 'into' field  must be either a string or an object, but found ${typeNameOf(into)}`,
  )
}

function onFields(on: Value | undefined): string[] | undefined {
  if (on === undefined) return undefined
  const fields = Array.isArray(on) ? on : [on]
  if (fields.length === 0)
    throw new MongoError(51187, "If explicitly specifying $merge 'on', must include at least one field")
  return fields.map((field) => {
    if (typeof field === 'string') return field
    throw new MongoError(
      Array.isArray(on) ? 51134 : 51186,
      `$merge 'on' field  must be either a string or an array of strings, but found ${typeNameOf(field)}`,
    )
  })
}

function mode<Mode extends string>(name: string, value: Value, modes: readonly Mode[]): Mode {
  const found = modes.find((each) => each === value)
  if (found) return found
  throw failedToParse(
    `Enumeration value ${printValue(value)} for field '$merge.${name}' is not a valid value.`,
  )
}
