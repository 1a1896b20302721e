import { arithmeticOperators } from './arithmetic.ts'
import { arrayOperators } from './array.ts'
import { conditionOperators } from './condition.ts'
import { objectOperators } from './object.ts'
import type { Operator } from './scope.ts'
import { stringOperators } from './string.ts'

/** Every expression operator by its name. */
export const operators: Readonly<Record<string, Operator>> = {
  ...arithmeticOperators,
  ...arrayOperators,
  ...conditionOperators,
  ...objectOperators,
  ...stringOperators,
}
