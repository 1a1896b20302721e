import type { Call } from './command.ts'
import { MongoError } from './language/error.ts'
import { compileFilter, type Match } from './language/match.ts'
import type { Schema } from './language/schema/rule.ts'
import { compileSchema } from './language/schema/schema.ts'
import type { Doc, Value } from './language/value.ts'
import type { Collection } from './storage/collection.ts'

/** Validators as they are compiled, by the object that a collection's options hold. */
const compiled = new WeakMap<Doc, { accepts: Match; schema: Schema | undefined }>()

/** Compiles a validator once. Throws what a filter of this kind is refused with. */
function compileValidator(validator: Doc): { accepts: Match; schema: Schema | undefined } {
  const known = compiled.get(validator)
  if (known) return known
  const schema = validator.size === 1 ? validator.get('$jsonSchema') : undefined
  const made = {
    accepts: compileFilter(validator),
    schema: schema instanceof Map ? compileSchema(schema) : undefined,
  }
  compiled.set(validator, made)
  return made
}

/**
 * Refuses a document that its collection's validator does not accept, with DocumentValidationFailure (121). At level
 * `moderate` a document that was wrong before may stay so.
 */
export function checkValid(call: Call, collection: Collection, doc: Doc, before?: Doc): void {
  const { options } = collection
  const validator = options.get('validator')
  if (!(validator instanceof Map) || call.flag('bypassDocumentValidation')) return
  const level = options.get('validationLevel')
  if (level === 'off' || options.get('validationAction') === 'warn') return
  const { accepts, schema } = compileValidator(validator)
  if (accepts(doc)) return
  if (level === 'moderate' && before && !accepts(before)) return
  const info: Doc = new Map([['failingDocumentId', doc.get('_id') ?? null]])
  if (schema) {
    const details: Doc = new Map([['operatorName', '$jsonSchema']])
    const { title, description } = Object.fromEntries(validator.get('$jsonSchema') as Doc)
    if (title !== undefined) details.set('title', title)
    if (description !== undefined) details.set('description', description)
    info.set('details', details.set('schemaRulesNotSatisfied', schema(doc)))
  }
  throw new MongoError(121, 'Document failed validation', new Map([['errInfo', info]]))
}

const allowed = {
  validationLevel: ['off', 'strict', 'moderate'],
  validationAction: ['error', 'warn'],
} as const

/** The options of `create` and `collMod` that say what a collection's documents must be like. */
export function validatorOptions(call: Call): [string, Value][] {
  const options: [string, Value][] = []
  const validator = call.get<Doc>('validator')
  if (validator) {
    compileValidator(validator)
    options.push(['validator', validator])
  }
  for (const [name, values] of Object.entries(allowed)) {
    const value = call.get<string>(name)
    if (value === undefined) continue
    if (!(values as readonly string[]).includes(value)) {
      const where = `${call.name}.${name}`
      throw new MongoError(2, `Enumeration value '${value}' for field '${where}' is not a valid value.`)
    }
    options.push([name, value])
  }
  return options
}
