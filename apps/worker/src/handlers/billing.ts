import { applyStripeEvent, catchUpWithStripe, pushPlan, sweepBilling } from '@insula/core/billing'
import type { HandlersOf } from '@insula/jobs'
import { billingJobs } from '@insula/jobs/billing'

export const jobs = billingJobs
export const handlers: HandlersOf<typeof jobs> = {
  applyStripeEvent: ({ eventId }) => applyStripeEvent(eventId),
  pushPlan: ({ planId }) => pushPlan(planId),
  sweepBilling: () => sweepBilling(),
  catchUpWithStripe: () => catchUpWithStripe(),
}
