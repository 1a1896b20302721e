import { describe, expect, test } from 'vitest'
import { MongoError } from '../error.ts'
import { Decimal128, toDoc, toPlain } from '../value.ts'
import { compileSchema } from './schema.ts'

const failures = (schema: object, doc: object) => toPlain(compileSchema(toDoc(schema))(toDoc(doc)))
const accepts = (schema: object, value: unknown) =>
  compileSchema(toDoc({ properties: { a: schema } }))(toDoc({ a: value })).length === 0

describe('a schema', () => {
  test.each<[object, number]>([
    [{ fancy: 1 }, 9],
    [{ format: 'date' }, 9],
    [{ type: 'integer' }, 9],
    [{ type: 'string', bsonType: 'string' }, 9],
    [{ bsonType: 'text' }, 2],
    [{ bsonType: 2 }, 14],
    [{ required: [] }, 9],
    [{ required: ['a', 'a'] }, 9],
    [{ required: 'a' }, 14],
    [{ properties: { a: 1 } }, 14],
    [{ exclusiveMinimum: true }, 9],
    [{ minLength: -1 }, 9],
    [{ multipleOf: 0 }, 9],
    [{ anyOf: [] }, 9],
    [{ enum: [] }, 9],
    [{ encrypt: {} }, 238],
  ])('%o is refused with %i', (schema, code) => {
    expect(() => compileSchema(toDoc(schema))).toThrow(expect.objectContaining({ code }))
    expect(() => compileSchema(toDoc(schema))).toThrow(MongoError)
  })

  const date = new Date()
  test.each<[object, unknown[], unknown[]]>([
    [{ bsonType: ['string', 'null'] }, ['x', null], [1, [], date]],
    [{ bsonType: 'number' }, [1, 1.5, 2n, Decimal128.fromString('1')], ['1', null]],
    [{ type: 'boolean' }, [true], [1]],
    [{ enum: ['a', 1, { x: 1, y: [2] }] }, ['a', 1, 1n, { y: [2], x: 1 }], ['b', { x: 1 }, ['a']]],
    [{ minimum: 2, maximum: 4 }, [2, 4, 3.5, 'x'], [1, 5, 1n]],
    [{ minimum: 2, exclusiveMinimum: true }, [3], [2]],
    [{ multipleOf: 0.1 }, [0.3, 7, 'x', Decimal128.fromString('1.20')], [0.35, Number.NaN]],
    [{ minLength: 2, maxLength: 3 }, ['ab', 'a😀c', 1], ['a', '😀', 'abcd']],
    [{ pattern: '^a.c' }, ['abcd', 5], ['xabc']],
    [{ minItems: 1, maxItems: 2, uniqueItems: true }, [[1], [1, 2], 'x'], [[], [1, 1], [1, 2, 3]]],
    [{ items: { bsonType: 'int' } }, [[], [1], 1], [[1, 'x']]],
    [{ items: [{ bsonType: 'int' }], additionalItems: false }, [[1], []], [['x'], [1, 2]]],
    [{ items: [{}], additionalItems: { bsonType: 'int' } }, [['x', 1]], [['x', 'y']]],
    [{ required: ['b'] }, [{ b: 1 }, 'x'], [{}]],
    [{ minProperties: 1, maxProperties: 1 }, [{ b: 1 }], [{}, { b: 1, c: 1 }]],
    [
      {
        properties: { b: {} },
        patternProperties: { '^x': { bsonType: 'int' } },
        additionalProperties: false,
      },
      [{ b: 'any', x1: 1 }, {}],
      [{ x1: 'x' }, { c: 1 }],
    ],
    [{ additionalProperties: { bsonType: 'int' } }, [{ b: 1 }], [{ b: 'x' }]],
    [{ dependencies: { b: ['c'] } }, [{ b: 1, c: 1 }, {}], [{ b: 1 }]],
    [{ dependencies: { b: { required: ['c'] } } }, [{ c: 1 }], [{ b: 1 }]],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1], [3]],
    [{ anyOf: [{ minimum: 5 }, { maximum: 2 }] }, [1, 6], [3]],
    [{ oneOf: [{ minimum: 1 }, { maximum: 2 }] }, [0, 3], [2]],
    [{ not: { bsonType: 'int' } }, ['x'], [1]],
  ])('%o', (schema, right, wrong) => {
    for (const value of right) expect([value, accepts(schema, value)]).toEqual([value, true])
    for (const value of wrong) expect([value, accepts(schema, value)]).toEqual([value, false])
  })

  test('tells each keyword that is not satisfied, and why', () => {
    const schema = {
      required: ['name', 'age'],
      properties: { age: { bsonType: 'int', description: 'in years' } },
      additionalProperties: false,
    }
    expect(failures(schema, { age: 'x', other: 1 })).toEqual([
      { operatorName: 'required', specifiedAs: { required: ['name', 'age'] }, missingProperties: ['name'] },
      {
        operatorName: 'properties',
        propertiesNotSatisfied: [
          {
            propertyName: 'age',
            description: 'in years',
            details: [
              {
                operatorName: 'bsonType',
                specifiedAs: { bsonType: 'int' },
                reason: 'type did not match',
                consideredValue: 'x',
                consideredType: 'string',
              },
            ],
          },
        ],
      },
      {
        operatorName: 'additionalProperties',
        specifiedAs: { additionalProperties: false },
        additionalProperties: ['other'],
      },
    ])
  })
})
