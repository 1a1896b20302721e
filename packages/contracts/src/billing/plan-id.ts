import { z } from 'zod'

/** The plan that every tenant begins with, and falls back to. */
export const freePlanId = 'free'

/** What programs call a plan, chosen when it is made. */
export const PlanId = z
  .string()
  .max(40, 'Use at most 40 characters')
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'Use small letters, digits and single dashes, beginning with a letter',
  )
export type PlanId = z.infer<typeof PlanId>
