import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

const seconds = (count: number) => count * 1_000
const minutes = (count: number) => seconds(60 * count)

export const billingJobs = {
  /** Reads anew at Stripe what one stored event is about, and applies it. */
  applyStripeEvent: defineJob('billing.apply-stripe-event', {
    payload: z.strictObject({ eventId: z.string() }),
    attempts: 12,
    backoffMs: [500, seconds(2), seconds(10), minutes(1), minutes(5), minutes(15)],
    key: ({ eventId }) => eventId,
  }),
  /** Makes Stripe hold the product and the prices of a plan as it was published. */
  pushPlan: defineJob('billing.push-plan', {
    payload: z.strictObject({ planId: z.string() }),
    attempts: 8,
    backoffMs: [seconds(2), seconds(10), minutes(1), minutes(5), minutes(15)],
    key: ({ planId }) => planId,
  }),
  /**
   * Finds events that were stored and not applied and plans that are not at Stripe yet, and takes the plan from who is late
   * for too long.
   */
  sweepBilling: defineSweep('billing.sweep-billing', 15_000),
  /** Asks Stripe for what happened since the last time, in case its calls did not reach us. */
  catchUpWithStripe: defineSweep('billing.catch-up-with-stripe', 5 * 60_000),
}
