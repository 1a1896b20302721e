import { Refusal } from '@insula/contracts'
import { StripeRefused, StripeUnavailable } from '@insula/providers/stripe'

/** Turns silence at the other end into something to show. A no is thrown as it is. */
export async function withStripeOutage<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof StripeUnavailable)) throw error
    throw new Refusal(
      'unavailable',
      'Stripe does not answer just now. Nothing was charged; try again in a minute.',
      { retryAfterSeconds: 60 },
    )
  }
}

/** Turns silence and a no into something to show. What Stripe said stays inside: it may name keys and settings. */
export async function withStripeErrors<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await withStripeOutage(asked)
  } catch (error) {
    if (!(error instanceof StripeRefused)) throw error
    const code = error.code ? ` (${error.code})` : ''
    throw new Refusal(
      'unavailable',
      `Stripe refused this${code}. Nothing was charged. Tell whoever runs this installation.`,
    )
  }
}
