import { failedToParse, notHere } from '../error.ts'
import { type Doc, int, type Value } from '../value.ts'
import { arrayRules } from './array-rules.ts'
import { objectRules } from './object-rules.ts'
import { failing, failure, type Keyword, objectOf, type Rule, type Schema, wrongType } from './rule.ts'
import { scalarRules } from './scalar-rules.ts'

const combinations: Record<string, Keyword> = {
  allOf: (operand) => {
    const schemas = subschemas('allOf', operand)
    return (value) => {
      const failed = failing(schemas, value)
      return failed.length > 0 ? failure('allOf', ['schemasNotSatisfied', failed]) : undefined
    }
  },
  anyOf: (operand) => {
    const schemas = subschemas('anyOf', operand)
    return (value) => {
      const failed = failing(schemas, value)
      return failed.length === schemas.length ? failure('anyOf', ['schemasNotSatisfied', failed]) : undefined
    }
  },
  oneOf: (operand) => {
    const schemas = subschemas('oneOf', operand)
    return (value) => {
      const matching = schemas.flatMap((schema, at) => (schema(value).length === 0 ? [int(at)] : []))
      if (matching.length === 1) return undefined
      if (matching.length === 0) return failure('oneOf', ['schemasNotSatisfied', failing(schemas, value)])
      const reason = 'more than one subschema matched'
      return failure('oneOf', ['reason', reason], ['matchingSchemaIndexes', matching])
    }
  },
  not: (operand) => {
    const schema = subschema('not', operand)
    return (value) =>
      schema(value).length === 0 ? failure('not', ['reason', 'child expression matched']) : undefined
  },
}

const keywords: Record<string, Keyword> = {
  __proto__: null as never,
  ...scalarRules,
  ...objectRules,
  ...arrayRules,
  ...combinations,
}
const descriptive = new Set(['title', 'description'])
const unsupported = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id'])

/** Compiles a `$jsonSchema`: draft 4, as MongoDB takes it. Throws FailedToParse (9) and TypeMismatch (14). */
export function compileSchema(schema: Doc): Schema {
  if (schema.has('type') && schema.has('bsonType')) {
    throw failedToParse("Cannot specify both $jsonSchema keywords 'type' and 'bsonType'")
  }
  const rules: Rule[] = []
  for (const [name, operand] of schema) {
    if (descriptive.has(name)) {
      if (typeof operand !== 'string') throw wrongType(name, 'a string')
      continue
    }
    if (name === 'encrypt' || name === 'encryptMetadata') throw notHere(`$jsonSchema keyword '${name}'`)
    if (unsupported.has(name)) throw failedToParse(`$jsonSchema keyword '${name}' is not currently supported`)
    const keyword = keywords[name]
    if (!keyword) throw failedToParse(`Unknown $jsonSchema keyword: ${name}`)
    const rule = keyword(operand, schema, subschema)
    if (rule) rules.push(rule)
  }
  return (value) => rules.flatMap((rule) => rule(value) ?? [])
}

const subschema = (keyword: string, operand: Value): Schema => compileSchema(objectOf(keyword, operand))

function subschemas(keyword: string, operand: Value): Schema[] {
  if (!Array.isArray(operand)) throw wrongType(keyword, 'an array')
  if (operand.length === 0) throw failedToParse(`$jsonSchema keyword '${keyword}' must be a non-empty array`)
  return operand.map((schema) => subschema(keyword, schema))
}
