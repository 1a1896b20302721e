import { arithmeticOperators } from './arithmetic.ts'
import { arrayOperators } from './array.ts'
import { bitOperators } from './bits.ts'
import { conditionOperators } from './condition.ts'
import { convertOperators } from './convert.ts'
import { dateOperators } from './date.ts'
import { dateArithmeticOperators } from './date-arithmetic.ts'
import { dateTextOperators } from './date-text.ts'
import { iterateOperators } from './iterate.ts'
import { objectOperators } from './object.ts'
import { orderedOperators } from './ordered.ts'
import { percentileOperators } from './percentile.ts'
import { powerOperators } from './power.ts'
import { regexOperators } from './regex.ts'
import { roundingOperators } from './rounding.ts'
import type { Operator } from './scope.ts'
import { setOperators } from './set.ts'
import { stringOperators } from './string.ts'
import { trigonometryOperators } from './trigonometry.ts'

/** Every expression operator by its name. */
export const operators: Readonly<Record<string, Operator>> = {
  ...arithmeticOperators,
  ...arrayOperators,
  ...bitOperators,
  ...conditionOperators,
  ...convertOperators,
  ...dateOperators,
  ...dateArithmeticOperators,
  ...dateTextOperators,
  ...iterateOperators,
  ...objectOperators,
  ...orderedOperators,
  ...percentileOperators,
  ...powerOperators,
  ...regexOperators,
  ...roundingOperators,
  ...setOperators,
  ...stringOperators,
  ...trigonometryOperators,
}

/** Operators that a real MongoDB has and this server does not. */
export const absentOperators = new Set([
  ...['$accumulator', '$function', '$meta', '$toHashedIndexKey', '$toUUID', '$toArray'],
  ...[
    '$toObject',
    '$similarityDotProduct',
    '$similarityCosine',
    '$similarityEuclidean',
    '$createObjectId',
    '$subtype',
  ],
  ...[
    '$encStrContains',
    '$encStrEndsWith',
    '$encStrNormalizedEq',
    '$encStrStartsWith',
    '$sigmoid',
    '$hash',
    '$hexHash',
  ],
  ...['$serializeEJSON', '$deserializeEJSON', '$currentDate', '$minMaxScaler'],
])

/** Whether an expression may begin with that name, be it held here or not. */
export const isOperator = (name: string): boolean =>
  Object.hasOwn(operators, name) || absentOperators.has(name)
