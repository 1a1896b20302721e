import {
  Dependency,
  Job,
  JobQuery,
  JobRef,
  NoInput,
  PlatformTenant,
  PlatformTenantQuery,
  pageSchema,
  Queue,
} from '@insula/contracts'
import { checkDependencies, discardJob, listJobs, listQueues, retryJob } from '@insula/core/platform'
import { listAllTenants } from '@insula/core/tenants'
import { z } from 'zod'
import { allowPlatform, router } from '../trpc.ts'

/** The global scope: for whoever runs the installation, apart from every tenant's own permissions. */
export const platformRouter = router({
  listTenants: allowPlatform('platform:read')
    .input(PlatformTenantQuery)
    .output(pageSchema(PlatformTenant))
    .query(({ input }) => listAllTenants(input)),
  listQueues: allowPlatform('platform:read')
    .input(NoInput)
    .output(z.array(Queue))
    .query(() => listQueues()),
  listJobs: allowPlatform('platform:read')
    .input(JobQuery)
    .output(z.array(Job))
    .query(({ input }) => listJobs(input)),
  retryJob: allowPlatform('platform:operate')
    .input(JobRef)
    .output(z.void())
    .mutation(({ ctx, input }) => retryJob(ctx.person, input)),
  discardJob: allowPlatform('platform:operate')
    .input(JobRef)
    .output(z.void())
    .mutation(({ ctx, input }) => discardJob(ctx.person, input)),
  health: allowPlatform('platform:read')
    .input(NoInput)
    .output(z.array(Dependency))
    .query(() => checkDependencies()),
})
