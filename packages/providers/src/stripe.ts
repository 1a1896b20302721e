import { stripeEnv } from './env.ts'
import type { StripeProvider } from './stripe/contract.ts'
import { connectStripe } from './stripe/provider.ts'

export * from './stripe/contract.ts'

let connected: StripeProvider | undefined

/** The provider that the environment names. */
export function stripeProvider(): StripeProvider {
  connected ??= connectStripe(stripeEnv())
  return connected
}
