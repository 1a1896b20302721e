import { failedToParse, type MongoError, typeMismatch } from '../error.ts'
import { type Doc, int, isDoc, isNumeric, toDouble, typeNameOf, type Value } from '../value.ts'

/** A compiled schema: the keywords that a value does not satisfy, as `errInfo` of a refused write tells them. */
export type Schema = (value: Value) => Doc[]

/** Judges a value by one keyword: undefined when it holds or does not concern such a value, else why not. */
export type Rule = (value: Value) => Doc | undefined

/** Makes a keyword's rule of its operand; the whole schema is there for keywords that look at their neighbours. */
export type Keyword = (
  operand: Value,
  schema: Doc,
  compile: (keyword: string, schema: Value) => Schema,
) => Rule | undefined

export const wrongType = (keyword: string, expected: string): MongoError =>
  typeMismatch(`$jsonSchema keyword '${keyword}' must be ${expected}`)

/** Reads the operand of a keyword that counts something. */
export function countOf(keyword: string, operand: Value): number {
  if (!isNumeric(operand)) throw wrongType(keyword, 'a number')
  const count = toDouble(operand)
  if (Number.isInteger(count) && count >= 0) return count
  throw failedToParse(`$jsonSchema keyword '${keyword}' must be a non-negative integer`)
}

/** Reads an operand that is a list of different names, at least one. */
export function namesOf(keyword: string, operand: Value | undefined): string[] {
  if (!Array.isArray(operand)) throw wrongType(keyword, 'an array')
  if (operand.length === 0) throw failedToParse(`$jsonSchema keyword '${keyword}' cannot be an empty array`)
  if (!operand.every((name) => typeof name === 'string')) throw wrongType(keyword, 'an array of strings')
  if (new Set(operand).size === operand.length) return operand
  throw failedToParse(`$jsonSchema keyword '${keyword}' array cannot contain duplicate values`)
}

export function objectOf(keyword: string, operand: Value | undefined): Doc {
  if (operand === undefined) return new Map()
  if (!isDoc(operand)) throw wrongType(keyword, 'an object')
  return operand
}

/** Why a keyword is not satisfied. */
export const failure = (keyword: string, ...details: [string, Value][]): Doc =>
  new Map<string, Value>([['operatorName', keyword], ...details])

/** As `failure`, for a keyword that compares the value itself. */
export const considered = (keyword: string, operand: Value, reason: string, value: Value): Doc =>
  failure(
    keyword,
    ['specifiedAs', new Map([[keyword, operand]])],
    ['reason', reason],
    ['consideredValue', value],
  )

export const typeDiffers = (keyword: string, operand: Value, value: Value): Doc =>
  considered(keyword, operand, 'type did not match', value).set('consideredType', typeNameOf(value))

/** Which of several schemas a value does not satisfy, and why. */
export const failing = (schemas: Schema[], value: Value): Doc[] =>
  schemas.flatMap((schema, index) => {
    const details = schema(value)
    return details.length > 0
      ? [
          new Map<string, Value>([
            ['index', int(index)],
            ['details', details],
          ]),
        ]
      : []
  })
