import { compareValues } from '../compare.ts'
import { failedToParse } from '../error.ts'
import { parseTypes } from '../filter-operands.ts'
import { compileRegex } from '../regex.ts'
import { bsonType, isNumeric, typeNameOf, type Value } from '../value.ts'
import { isMultiple } from './multiple.ts'
import { considered, countOf, type Keyword, typeDiffers, wrongType } from './rule.ts'
import { sameValue } from './same-value.ts'

/** JSON's types; `integer` is left out as MongoDB does. */
const jsonTypes = new Set(['object', 'array', 'number', 'boolean', 'string', 'null'])

const ofType: (keyword: 'type' | 'bsonType') => Keyword = (keyword) => (operand) => {
  const names = Array.isArray(operand) ? operand : [operand]
  if (names.length === 0) throw failedToParse(`$jsonSchema keyword '${keyword}' must name at least one type`)
  if (new Set(names).size < names.length)
    throw failedToParse(`$jsonSchema keyword '${keyword}' has duplicate values`)
  for (const name of names) {
    if (typeof name !== 'string') throw wrongType(keyword, 'a string or an array of strings')
    if (keyword === 'type' && name === 'integer')
      throw failedToParse("$jsonSchema type 'integer' is not currently supported.")
    if (keyword === 'type' && !jsonTypes.has(name)) throw failedToParse(`Unknown type name alias: ${name}`)
  }
  const types = parseTypes(names.map((name) => (keyword === 'type' && name === 'boolean' ? 'bool' : name)))
  return (value) =>
    types.has(bsonType[typeNameOf(value)]) ? undefined : typeDiffers(keyword, operand, value)
}

function bound(
  keyword: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  sign: 1 | -1,
): Keyword {
  return (operand, schema) => {
    if (!isNumeric(operand)) throw wrongType(keyword, 'a number')
    const strict = schema.get(exclusive) === true
    return (value) => {
      if (!isNumeric(value)) return undefined
      const order = compareValues(value, operand) * sign
      if (order > 0 || (order === 0 && !strict)) return undefined
      const detail = considered(keyword, operand, 'comparison failed', value)
      if (strict) (detail.get('specifiedAs') as Map<string, Value>).set(exclusive, true)
      return detail
    }
  }
}

const exclusive: (keyword: string, needs: string) => Keyword = (keyword, needs) => (operand, schema) => {
  if (typeof operand !== 'boolean') throw wrongType(keyword, 'a boolean')
  if (!schema.has(needs)) {
    throw failedToParse(`$jsonSchema keyword '${needs}' must be a present if '${keyword}' is present`)
  }
  return undefined
}

const length: (keyword: string, fits: (length: number, count: number) => boolean) => Keyword =
  (keyword, fits) => (operand) => {
    const count = countOf(keyword, operand)
    return (value) => {
      if (typeof value !== 'string' || fits([...value].length, count)) return undefined
      return considered(keyword, operand, 'specified string length was not satisfied', value)
    }
  }

/** Keywords about numbers, strings and any value. */
export const scalarRules: Record<string, Keyword> = {
  type: ofType('type'),
  bsonType: ofType('bsonType'),
  enum: (operand) => {
    if (!Array.isArray(operand)) throw wrongType('enum', 'an array')
    if (operand.length === 0) throw failedToParse("$jsonSchema keyword 'enum' cannot be an empty array")
    return (value) =>
      operand.some((one) => sameValue(one, value))
        ? undefined
        : considered('enum', operand, 'value was not found in enum', value)
  },
  minimum: bound('minimum', 'exclusiveMinimum', 1),
  maximum: bound('maximum', 'exclusiveMaximum', -1),
  exclusiveMinimum: exclusive('exclusiveMinimum', 'minimum'),
  exclusiveMaximum: exclusive('exclusiveMaximum', 'maximum'),
  multipleOf: (operand) => {
    if (!isNumeric(operand)) throw wrongType('multipleOf', 'a number')
    if (!(compareValues(operand, 0) > 0)) {
      throw failedToParse("$jsonSchema keyword 'multipleOf' must have a positive value")
    }
    return (value) =>
      !isNumeric(value) || isMultiple(value, operand)
        ? undefined
        : considered(
            'multipleOf',
            operand,
            'considered value is not a multiple of the specified value',
            value,
          )
  },
  minLength: length('minLength', (length, count) => length >= count),
  maxLength: length('maxLength', (length, count) => length <= count),
  pattern: (operand) => {
    if (typeof operand !== 'string') throw wrongType('pattern', 'a string')
    const regex = compileRegex(operand, '')
    return (value) =>
      typeof value !== 'string' || regex.test(value)
        ? undefined
        : considered('pattern', operand, 'regular expression did not match', value)
  },
}
