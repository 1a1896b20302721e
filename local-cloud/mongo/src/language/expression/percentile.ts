import type { PercentileName } from '../percentile.ts'
import { parsePercentiles } from '../percentile.ts'
import type { Value } from '../value.ts'
import type { Operator } from './scope.ts'

/** Over the elements of an array, or a single number. */
const percentiles =
  (name: PercentileName): Operator =>
  (argument, scope) => {
    const constant = (p: Value) => scope.compile(p)({ root: undefined, bindings: undefined })
    const { input, of } = parsePercentiles(name, argument, constant)
    const expression = scope.compile(input)
    return (env) => {
      const values = expression(env)
      return of(Array.isArray(values) ? values : [values])
    }
  }

export const percentileOperators: Record<string, Operator> = {
  $median: percentiles('$median'),
  $percentile: percentiles('$percentile'),
}
