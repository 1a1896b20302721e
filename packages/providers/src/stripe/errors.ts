import { Away, answeredInTime } from '@insula/contracts/deadline'
import Stripe from 'stripe'
import { StripeRefused, StripeUnavailable } from './contract.ts'

/** With its retries, one question may take this long; within a request, no longer than that has left. */
const longestMs = 45_000

/** Null instead of what is not there, or was deleted. */
export async function found<Thing extends object>(
  asked: Promise<Thing>,
): Promise<Exclude<Thing, { deleted: true }> | null> {
  try {
    const thing = await asked
    return 'deleted' in thing && thing.deleted === true ? null : (thing as Exclude<Thing, { deleted: true }>)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

export const isMissing = (error: unknown) =>
  (error instanceof Stripe.errors.StripeError || error instanceof StripeRefused) &&
  error.code === 'resource_missing'

/** Waits for Stripe and speaks of its failures in our words. */
export async function reached<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    // The SDK cannot be stopped, but its operation ids make it safe to ask again.
    return await answeredInTime(asked, longestMs, 'Stripe')
  } catch (error) {
    if (error instanceof Away) throw new StripeUnavailable(error.message, { cause: error })
    throw translated(error)
  }
}

export function translated(error: unknown): unknown {
  const { StripeError, StripeConnectionError, StripeRateLimitError } = Stripe.errors
  if (!(error instanceof StripeError)) return error
  const passing =
    error instanceof StripeConnectionError ||
    error instanceof StripeRateLimitError ||
    (error.statusCode ?? 0) >= 500 ||
    error.statusCode === 409
  if (passing) return new StripeUnavailable(error.message, { cause: error })
  return new StripeRefused(error.message, {
    code: error.code ?? null,
    param: error.param ?? null,
    cause: error,
  })
}

/** The same operation id is the same write, for a day, https://docs.stripe.com/api/idempotent_requests */
export const once = (operationId: string): Stripe.RequestOptions => ({ idempotencyKey: operationId })
