import type { PlanDraft } from '@insula/contracts'
import { publishPlan, savePlanDraft, setPlanOffered } from '@insula/core/billing'
import type { Person } from '@insula/core/kernel/actor'
import { enqueue, queueOf } from '@insula/jobs'
import { queuePrefix } from '@insula/jobs/env'
import { eventJobs } from '@insula/jobs/events'
import { UnrecoverableError, Worker } from 'bullmq'
import { type DomainThings, unique } from '../occasion.ts'

async function waitingJob() {
  const eventId = `evt_${unique()}`
  await enqueue(eventJobs.dispatchEvent, { eventId }, 60_000)
  const jobs = await queueOf('events').getJobs(['delayed'])
  return { queue: 'events', jobId: jobs.find((job) => job.data.eventId === eventId)?.id ?? '' }
}

/** In the one queue that nothing else fills, so that the job taken is the one that was put there. */
async function failedJob() {
  const queue = queueOf('tenants')
  const { id: jobId = '' } = await queue.add('tenants.try', {}, { attempts: 1 })
  const connection = { url: process.env.REDIS_URL ?? '' }
  const worker = new Worker(queue.name, null, { connection, prefix: queuePrefix() })
  const job = await worker.getNextJob('a test', { block: false })
  await job?.moveToFailed(new UnrecoverableError('given up'), 'a test', false)
  await worker.close()
  return { queue: queue.name, jobId }
}

const operator: Person = {
  user: {
    id: 'usr_operator',
    name: 'Operator',
    email: 'o@example.test',
    emailVerified: true,
    platformRole: 'admin',
  },
  sessionId: 'ses_operator',
  activeTenantId: null,
  origin: { requestId: 'req_plans', ipAddress: null, userAgent: null },
}

/** What an admin may write of a plan of this name. */
export const aPlanDraft = (planId = `plan-${unique()}`): PlanDraft => ({
  planId,
  basedOn: null,
  revision: null,
  name: 'Studio',
  description: 'For a studio',
  highlights: ['10 seats'],
  currency: 'eur',
  prices: { month: 900, year: 9_000 },
  limits: { 'storage-bytes': 1e9, seats: 10, 'api-keys': 5, 'max-file-bytes': 50_000_000 },
  features: ['audit-log'],
  position: 500,
})

/** A plan with a draft that nobody has published, as it is named in calls. */
export async function aDraftedPlan() {
  const { planId, draft } = await savePlanDraft(operator, aPlanDraft())
  return { planId, revision: draft?.revision ?? 0 }
}

/** A plan that holds. */
export async function aPublishedPlan() {
  const { planId, published } = await publishPlan(operator, await aDraftedPlan())
  return { planId, version: published?.version ?? 0 }
}

export const things: DomainThings = {
  calls: {
    archivePlan: { input: aPublishedPlan, leaves: { audit: ['plan.archived'] } },
    discardJob: { input: waitingJob, leaves: { audit: ['job.discarded'] } },
    discardPlanDraft: { input: aDraftedPlan, leaves: { audit: ['plan.draft-discarded'] } },
    health: {},
    listJobs: { input: () => ({ queue: 'events', state: 'delayed' }) },
    listPlans: {},
    listQueues: {},
    listTenants: { input: () => ({ limit: 1 }) },
    offerPlan: {
      async input() {
        const plan = await aPublishedPlan()
        await setPlanOffered(operator, plan, false)
        return plan
      },
      leaves: { audit: ['plan.offered'] },
    },
    previewPlan: { input: aDraftedPlan },
    publishPlan: { input: aDraftedPlan, leaves: { audit: ['plan.published'] } },
    pushPlan: {
      input: async () => ({ planId: (await aPublishedPlan()).planId }),
      leaves: { audit: ['plan.pushed-again'] },
      leavesAgain: { audit: ['plan.pushed-again'] },
    },
    retryJob: { input: failedJob, leaves: { audit: ['job.retried'] } },
    savePlanDraft: { input: () => aPlanDraft(), leaves: { audit: ['plan.draft-saved'] } },
  },
}
