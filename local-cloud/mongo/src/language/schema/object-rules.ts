import { compileRegex } from '../regex.ts'
import { type Doc, int, isDoc, type Value } from '../value.ts'
import {
  countOf,
  failure,
  type Keyword,
  namesOf,
  objectOf,
  type Rule,
  type Schema,
  wrongType,
} from './rule.ts'

const onObjects =
  (rule: (doc: Doc) => Doc | undefined): Rule =>
  (value) =>
    isDoc(value) ? rule(value) : undefined

const size: (keyword: string, fits: (size: number, count: number) => boolean) => Keyword =
  (keyword, fits) => (operand) => {
    const count = countOf(keyword, operand)
    return onObjects((doc) =>
      fits(doc.size, count)
        ? undefined
        : failure(
            keyword,
            ['specifiedAs', new Map([[keyword, operand]])],
            ['reason', 'specified number of properties was not satisfied'],
            ['numberOfProperties', int(doc.size)],
          ),
    )
  }

/** The failure of one property, with the description that its schema gives. */
function ofProperty(name: string, schema: Value, details: Doc[]): Doc {
  const failed: Doc = new Map([['propertyName', name]])
  for (const field of ['title', 'description']) {
    const text = isDoc(schema) ? schema.get(field) : undefined
    if (text !== undefined) failed.set(field, text)
  }
  return failed.set('details', details)
}

const patternsOf = (schema: Doc): RegExp[] =>
  [...objectOf('patternProperties', schema.get('patternProperties')).keys()].map((one) =>
    compileRegex(one, ''),
  )

/** Keywords about objects and their fields. */
export const objectRules: Record<string, Keyword> = {
  required: (operand) => {
    const names = namesOf('required', operand)
    return onObjects((doc) => {
      const missing = names.filter((name) => !doc.has(name))
      if (missing.length === 0) return undefined
      return failure(
        'required',
        ['specifiedAs', new Map([['required', operand]])],
        ['missingProperties', missing],
      )
    })
  },
  properties: (operand, _, compile) => {
    const given = objectOf('properties', operand)
    const schemas = [...given].map(([name, schema]): [string, Schema] => [
      name,
      compile('properties', schema),
    ])
    return onObjects((doc) => {
      const failed = schemas.flatMap(([name, schema]) => {
        const details = doc.has(name) ? schema(doc.get(name)!) : []
        return details.length > 0 ? [ofProperty(name, given.get(name)!, details)] : []
      })
      return failed.length > 0 ? failure('properties', ['propertiesNotSatisfied', failed]) : undefined
    })
  },
  patternProperties: (operand, _, compile) => {
    const patterns = [...objectOf('patternProperties', operand)].map(([pattern, schema]) => ({
      pattern,
      regex: compileRegex(pattern, ''),
      schema: compile('patternProperties', schema),
    }))
    return onObjects((doc) => {
      const failed = patterns.flatMap(({ pattern, regex, schema }) =>
        [...doc].flatMap(([name, value]) => {
          const details = regex.test(name) ? schema(value) : []
          if (details.length === 0) return []
          return [
            new Map<string, Value>([
              ['propertyName', name],
              ['regexMatched', pattern],
              ['details', details],
            ]),
          ]
        }),
      )
      return failed.length > 0 ? failure('patternProperties', ['details', failed]) : undefined
    })
  },
  additionalProperties: (operand, schema, compile) => {
    if (operand === true) return undefined
    if (operand !== false && !isDoc(operand))
      throw wrongType('additionalProperties', 'an object or a boolean')
    const named = objectOf('properties', schema.get('properties'))
    const patterns = patternsOf(schema)
    const other = operand === false ? undefined : compile('additionalProperties', operand)
    return onObjects((doc) => {
      const names = [...doc.keys()].filter(
        (name) => !named.has(name) && !patterns.some((pattern) => pattern.test(name)),
      )
      if (other) {
        const name = names.find((one) => other(doc.get(one)!).length > 0)
        if (name === undefined) return undefined
        return failure(
          'additionalProperties',
          ['reason', 'at least one additional property did not match the subschema'],
          ['failingProperty', name],
          ['details', other(doc.get(name)!)],
        )
      }
      if (names.length === 0) return undefined
      const specified: Doc = new Map([['additionalProperties', false]])
      return failure('additionalProperties', ['specifiedAs', specified], ['additionalProperties', names])
    })
  },
  dependencies: (operand, _, compile) => {
    const rules = [...objectOf('dependencies', operand)].map(([name, needs]) => {
      if (isDoc(needs)) return { name, schema: compile('dependencies', needs), names: [] }
      return { name, schema: undefined, names: namesOf('dependencies', needs) }
    })
    return onObjects((doc) => {
      const failed = rules.flatMap(({ name, schema, names }): Doc[] => {
        if (!doc.has(name)) return []
        const missing = names.filter((one) => !doc.has(one))
        const details = schema?.(doc) ?? []
        if (missing.length === 0 && details.length === 0) return []
        const why: [string, Value] = schema ? ['details', details] : ['missingProperties', missing]
        return [new Map<string, Value>([['conditionalProperty', name], why])]
      })
      return failed.length > 0 ? failure('dependencies', ['failingDependencies', failed]) : undefined
    })
  },
  minProperties: size('minProperties', (size, count) => size >= count),
  maxProperties: size('maxProperties', (size, count) => size <= count),
}
