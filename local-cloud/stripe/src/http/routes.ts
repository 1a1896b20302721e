import type { Cloud } from '../cloud.ts'
import type { Sent } from '../wire.ts'
import { knownOperations } from './parameters.ts'

/** One endpoint: `POST /v1/customers/{}`, the parameters it acts upon, and the work. */
export interface Route {
  operation: string
  takes: string[]
  run(cloud: Cloud, params: Record<string, unknown>, ...ids: string[]): object
}

/**
 * Declares an endpoint. `takes` lists what `run` acts upon, separated by spaces; `a.b` takes only that part
 * of the hash `a`. Everything else Stripe knows is refused as not implemented.
 */
export function route<P = object>(
  operation: string,
  takes: string,
  run: (cloud: Cloud, params: Sent<P>, ...ids: string[]) => object,
): Route {
  if (!knownOperations.includes(operation)) throw new Error(`The pinned SDK has no ${operation}`)
  return { operation, takes: takes.split(/\s+/).filter(Boolean), run: run as Route['run'] }
}
