import { z } from 'zod'
import { defineJob } from './define.ts'

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
  /** Finds events that were stored and not applied, and ends the patience with late payers. */
  sweepBilling: defineJob('billing.sweep-billing', {
    payload: z.strictObject({}),
    attempts: 1,
    backoffMs: [],
    key: () => 'sweep',
  }),
  /** Asks Stripe for what happened since the last time, in case its calls did not reach us. */
  catchUpWithStripe: defineJob('billing.catch-up-with-stripe', {
    payload: z.strictObject({}),
    attempts: 1,
    backoffMs: [],
    key: () => 'catch-up',
  }),
}
