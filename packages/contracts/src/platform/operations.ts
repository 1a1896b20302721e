import { z } from 'zod'
import { StoredPlanId } from '../billing/plans.ts'
import { id } from '../ids.ts'
import { Instant, PageInput, sortBy } from '../page.ts'
import { SearchText } from '../text.ts'

export const PlatformTenant = z.object({
  id: id('tenant'),
  slug: z.string(),
  name: z.string(),
  planId: StoredPlanId,
  planName: z.string(),
  members: z.number().int(),
  storageBytes: z.number().int(),
  createdAt: Instant,
})
export type PlatformTenant = z.infer<typeof PlatformTenant>
export const platformTenantSorts = ['created', 'name'] as const
export const PlatformTenantQuery = PageInput.extend({
  sort: sortBy(platformTenantSorts),
  search: SearchText.optional(),
})

export const jobStates = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const
export const JobState = z.enum(jobStates)
export type JobState = z.infer<typeof JobState>
export const Queue = z.object({
  name: z.string(),
  counts: z.record(JobState, z.number().int()),
})
export type Queue = z.infer<typeof Queue>
export const Job = z.object({
  id: z.string(),
  queue: z.string(),
  name: z.string(),
  state: JobState,
  tenantId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  attempts: z.number().int(),
  failure: z.string().nullable(),
  createdAt: Instant,
})
export type Job = z.infer<typeof Job>
export const JobQuery = z.strictObject({
  queue: z.string().min(1).max(60),
  state: JobState,
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export const JobRef = z.strictObject({ queue: z.string().min(1).max(60), jobId: z.string().min(1).max(200) })

/** One thing the product stands on, and whether it answers. */
export const Dependency = z.object({
  name: z.enum(['mongodb', 'redis', 's3', 'stripe', 'sendgrid']),
  up: z.boolean(),
  latencyMs: z.number(),
  detail: z.string().nullable(),
})
export type Dependency = z.infer<typeof Dependency>
