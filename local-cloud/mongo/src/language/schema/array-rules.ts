import { type Doc, int, isDoc, type Value } from '../value.ts'
import { considered, countOf, failure, type Keyword, type Rule, type Schema, wrongType } from './rule.ts'
import { sameValue } from './same-value.ts'

const onArrays =
  (rule: (array: Value[]) => Doc | undefined): Rule =>
  (value) =>
    Array.isArray(value) ? rule(value) : undefined

const length: (keyword: string, fits: (length: number, count: number) => boolean) => Keyword =
  (keyword, fits) => (operand) => {
    const count = countOf(keyword, operand)
    return onArrays((array) =>
      fits(array.length, count)
        ? undefined
        : considered(keyword, operand, 'array did not match specified length', array),
    )
  }

/** The first element from a place on that a schema refuses. */
function refused(keyword: string, schema: Schema, array: Value[], from: number): Doc | undefined {
  for (let at = from; at < array.length; at++) {
    const details = schema(array[at]!)
    if (details.length === 0) continue
    const reason = 'At least one item did not match the sub-schema'
    return failure(keyword, ['reason', reason], ['itemIndex', int(at)], ['details', details])
  }
  return undefined
}

/** Keywords about arrays and their elements. */
export const arrayRules: Record<string, Keyword> = {
  minItems: length('minItems', (length, count) => length >= count),
  maxItems: length('maxItems', (length, count) => length <= count),
  uniqueItems: (operand) => {
    if (typeof operand !== 'boolean') throw wrongType('uniqueItems', 'a boolean')
    if (!operand) return undefined
    return onArrays((array) => {
      const twice = array.find((one, at) => array.slice(0, at).some((other) => sameValue(one, other)))
      if (twice === undefined) return undefined
      return considered('uniqueItems', true, 'found a duplicate item', array).set('duplicatedValue', twice)
    })
  },
  items: (operand, _, compile) => {
    if (isDoc(operand)) {
      const schema = compile('items', operand)
      return onArrays((array) => refused('items', schema, array, 0))
    }
    if (!Array.isArray(operand)) throw wrongType('items', 'an array or an object')
    const schemas = operand.map((one) => compile('items', one))
    return onArrays((array) => {
      const failed = schemas.flatMap((schema, at): Doc[] => {
        const details = at < array.length ? schema(array[at]!) : []
        if (details.length === 0) return []
        return [
          new Map<string, Value>([
            ['itemIndex', int(at)],
            ['details', details],
          ]),
        ]
      })
      return failed.length > 0 ? failure('items', ['details', failed]) : undefined
    })
  },
  additionalItems: (operand, schema, compile) => {
    if (operand !== false && operand !== true && !isDoc(operand)) {
      throw wrongType('additionalItems', 'an object or a boolean')
    }
    const items = schema.get('items')
    const rest = isDoc(operand) ? compile('additionalItems', operand) : undefined
    if (operand === true || !Array.isArray(items)) return undefined
    return onArrays((array) => {
      if (rest) return refused('additionalItems', rest, array, items.length)
      if (array.length <= items.length) return undefined
      const specified: Doc = new Map([['additionalItems', false]])
      return failure(
        'additionalItems',
        ['specifiedAs', specified],
        ['reason', 'found additional items'],
        ['additionalItems', array.slice(items.length)],
      )
    })
  },
}
