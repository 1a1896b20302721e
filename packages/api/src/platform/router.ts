import {
  Dependency,
  Job,
  JobQuery,
  JobRef,
  NoInput,
  PlanDraft,
  PlanDraftRef,
  PlanPreview,
  PlanPush,
  PlanVersionRef,
  PlatformPlan,
  PlatformTenant,
  PlatformTenantQuery,
  pageSchema,
  Queue,
} from '@insula/contracts'
import {
  discardPlanDraft,
  listPlatformPlans,
  previewPlan,
  publishPlan,
  pushPlanAgain,
  savePlanDraft,
  setPlanOffered,
} from '@insula/core/billing'
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

  listPlans: allowPlatform('platform:read')
    .input(NoInput)
    .output(z.array(PlatformPlan))
    .query(() => listPlatformPlans()),
  savePlanDraft: allowPlatform('plans:write')
    .input(PlanDraft)
    .output(PlatformPlan)
    .mutation(({ ctx, input }) => savePlanDraft(ctx.person, input)),
  discardPlanDraft: allowPlatform('plans:write')
    .input(PlanDraftRef)
    .output(z.void())
    .mutation(({ ctx, input }) => discardPlanDraft(ctx.person, input)),
  previewPlan: allowPlatform('platform:read')
    .input(PlanDraftRef)
    .output(PlanPreview)
    .query(({ input }) => previewPlan(input)),
  publishPlan: allowPlatform('plans:write')
    .input(PlanDraftRef)
    .output(PlatformPlan)
    .mutation(({ ctx, input }) => publishPlan(ctx.person, input)),
  archivePlan: allowPlatform('plans:write')
    .input(PlanVersionRef)
    .output(PlatformPlan)
    .mutation(({ ctx, input }) => setPlanOffered(ctx.person, input, false)),
  offerPlan: allowPlatform('plans:write')
    .input(PlanVersionRef)
    .output(PlatformPlan)
    .mutation(({ ctx, input }) => setPlanOffered(ctx.person, input, true)),
  pushPlan: allowPlatform('plans:write')
    .input(PlanPush)
    .output(PlatformPlan)
    .mutation(({ ctx, input }) => pushPlanAgain(ctx.person, input)),
})
