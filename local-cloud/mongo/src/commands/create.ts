import type { Call, Command, FieldType } from '../command.ts'
import { parseCollation } from '../language/collation.ts'
import { compareValues } from '../language/compare.ts'
import { MongoError } from '../language/error.ts'
import { printValue } from '../language/print.ts'
import { type Doc, isNumeric, toDouble, type Value } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import { Blocked, writeConflict } from '../storage/writer.ts'
import { validatorOptions } from '../validation.ts'
import { collectionOrNothing } from './collections.ts'

/** Options of `create` that make other kinds of collections than this server has. */
const refusedOptions = [
  'autoIndexId',
  'idIndex',
  'indexOptionDefaults',
  'viewOn',
  'pipeline',
  'timeseries',
  'clusteredIndex',
  'encryptedFields',
  'expireAfterSeconds',
  'changeStreamPreAndPostImages',
  'storageEngine',
] as const

export const creationFields: Record<string, FieldType> = {
  capped: 'bool',
  size: 'number',
  max: 'number',
  collation: 'object',
  validator: 'object',
  validationLevel: 'string',
  validationAction: 'string',
  ...Object.fromEntries(refusedOptions.map((name) => [name, 'any' as const])),
}

/** The options that a new collection is to have. Throws CommandNotSupported (238) for another kind of collection. */
export function creationOptions(call: Call): Doc {
  for (const name of refusedOptions) {
    if (call.get(name) !== undefined)
      throw new MongoError(238, `this server does not offer collections with '${name}'`)
  }
  const collation = parseCollation(call.get<Doc>('collation'))
  const options: Doc = new Map([...capOptions(call), ...validatorOptions(call)])
  return collation ? options.set('collation', collation.spec) : options
}

export const create: Command = {
  fields: creationFields,
  transactional: true,
  async run(call) {
    const options = creationOptions(call)
    await call.patiently(() => {
      const { store } = call.engine
      const existing = collectionOrNothing(call)
      if (existing) return checkSame(existing, options, call)
      const coming = store.beingCreated(call.db, call.collectionName)
      if (coming) throw call.transaction ? writeConflict() : new Blocked(coming.creator!)
      store.create(call.db, call.collectionName, options, call.transaction)
    })
    return new Map()
  },
}

function capOptions(call: Call): [string, Value][] {
  const [size, max] = [call.get('size'), call.get('max')]
  if (!call.flag('capped')) {
    if (size === undefined && max === undefined) return []
    const why = "the 'capped' field needs to be true when either the 'size' or 'max' fields are present"
    throw new MongoError(72, why)
  }
  if (size === undefined) throw new MongoError(72, "the 'size' field is required when 'capped' is true")
  if (!isNumeric(size) || toDouble(size) < 1) {
    throw new MongoError(
      51024,
      `BSON field 'size' value must be >= 1, actual value '${toDouble(size as number)}'`,
    )
  }
  const options: [string, Value][] = [
    ['capped', true],
    ['size', size],
  ]
  return max === undefined ? options : [...options, ['max', max]]
}

/** To create what is there already is well, unless it is something else or a transaction asks. */
function checkSame(existing: Collection, options: Doc, call: Call): void {
  if (call.transaction) throw new MongoError(48, `Collection ${existing.namespace} already exists.`)
  const present: Doc = new Map(existing.options)
  present.delete('uuid')
  const usual: Doc = new Map([
    ['validationLevel', 'strict'],
    ['validationAction', 'error'],
  ])
  const names = new Set([...present.keys(), ...options.keys()])
  const value = (from: Doc, name: string) => from.get(name) ?? usual.get(name) ?? null
  if ([...names].every((name) => compareValues(value(present, name), value(options, name)) === 0)) return
  const shown = printValue(existing.options)
  throw new MongoError(
    48,
    `namespace ${existing.namespace} already exists, but with different options: ${shown}`,
  )
}
