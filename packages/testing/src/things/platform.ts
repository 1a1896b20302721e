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

export const things: DomainThings = {
  calls: {
    discardJob: { input: waitingJob, leaves: { audit: ['job.discarded'] } },
    health: {},
    listJobs: { input: () => ({ queue: 'events', state: 'delayed' }) },
    listQueues: {},
    listTenants: { input: () => ({ limit: 1 }) },
    retryJob: { input: failedJob, leaves: { audit: ['job.retried'] } },
  },
}
