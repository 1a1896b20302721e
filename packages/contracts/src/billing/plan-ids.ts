import { z } from 'zod'

export const planIds = ['free', 'pro'] as const
export type PlanId = (typeof planIds)[number]
export const PlanId = z.enum(planIds)
