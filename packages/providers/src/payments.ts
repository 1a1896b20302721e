import { paymentsEnv } from './env.ts'
import type { Payments } from './payments/contract.ts'
import { stripePayments } from './payments/stripe.ts'

export * from './payments/contract.ts'

let provider: Payments | undefined

/** The provider that the environment names. */
export function payments(): Payments {
  provider ??= stripePayments(paymentsEnv())
  return provider
}
