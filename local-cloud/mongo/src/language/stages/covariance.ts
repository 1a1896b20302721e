import { refuseDecimal } from '../arithmetic.ts'
import { failedToParse } from '../error.ts'
import { compileExpression } from '../expression/compile.ts'
import type { Value } from '../value.ts'
import { isNumeric, toDouble } from '../value.ts'
import type { Accumulation } from './accumulation.ts'
import type { PipelineContext } from './stage.ts'

/** The covariance of two expressions, by Welford's method; pairs that are not both numbers are passed over. */
export function covariance(
  operator: '$covariancePop' | '$covarianceSamp',
  argument: Value,
  context: PipelineContext,
): () => Accumulation {
  if (!Array.isArray(argument) || argument.length !== 2)
    throw failedToParse(`${operator} expects an array of two expressions`)
  const [first, second] = argument.map((each) => compileExpression(each, context))
  const sampled = operator === '$covarianceSamp' ? 1 : 0
  return () => {
    let count = 0
    let [meanX, meanY, products] = [0, 0, 0]
    return {
      add: (env) => {
        const [x, y] = [first!(env), second!(env)]
        if (!isNumeric(x) || !isNumeric(y)) return
        refuseDecimal(operator, x, y)
        const distance = toDouble(x) - meanX
        count++
        meanX += distance / count
        meanY += (toDouble(y) - meanY) / count
        products += distance * (toDouble(y) - meanY)
      },
      result: () => (count > sampled ? products / (count - sampled) : null),
    }
  }
}
