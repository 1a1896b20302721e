import {
  type Job,
  type JobQuery,
  type JobRef,
  jobMachine,
  jobStates,
  type Queue,
  type QueueName,
  queueNames,
  Refusal,
  refusalIn,
  requirePossible,
} from '@insula/contracts'
import { allQueues, queueOf } from '@insula/jobs'
import type { z } from 'zod'
import type { Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { farewells, retrials } from './retry.ts'

type QueueView = z.infer<typeof Queue>

/** How many jobs wait, run, sleep and failed, by queue. */
export async function listQueues(): Promise<QueueView[]> {
  return Promise.all(
    allQueues().map(async (queue) => {
      const counts = await queue.getJobCounts(...jobStates)
      return {
        name: queue.name,
        counts: Object.fromEntries(
          jobStates.map((state) => [state, counts[state] ?? 0]),
        ) as QueueView['counts'],
      }
    }),
  )
}

export async function listJobs(query: z.output<typeof JobQuery>): Promise<Job[]> {
  const jobs = await known(query.queue).getJobs([query.state], 0, query.limit - 1)
  return jobs.map((job) => ({
    id: job.id ?? '',
    queue: query.queue,
    name: job.name,
    state: query.state,
    tenantId: (job.data as { tenantId?: string }).tenantId ?? null,
    payload: job.data as Record<string, unknown>,
    attempts: job.attemptsMade,
    failure: job.failedReason ?? null,
    createdAt: new Date(job.timestamp).toISOString(),
  }))
}

/**
 * Has a failed job's work done again: the job itself is put back in line, or its domain begins over with a new one that
 * takes its place. Refuses, and says why, where there is nothing left to be done.
 */
export async function retryJob(person: Person, ref: z.output<typeof JobRef>): Promise<void> {
  const job = await find(ref)
  requirePossible(jobMachine, 'retry', await job.getState())
  const retrial = retrials.get(job.name)
  const how = retrial ? await retrial(job.data as Record<string, unknown>, person.origin.requestId) : 'again'
  if (how === 'anew') await job.remove()
  else await job.retry('failed', { resetAttemptsMade: true })
  await recordPersonal(person, 'job.retried', { after: { ...ref, name: job.name } })
}

/** Takes a job out of its queue for good, unless a worker has it in hand. */
export async function discardJob(person: Person, ref: z.output<typeof JobRef>): Promise<void> {
  const job = await find(ref)
  // Its queue knows more states than the table; a job is safe to take out of each of them.
  if (await job.isActive()) throw refusalIn(jobMachine, 'discard', 'active')
  await farewells.get(job.name)?.(job.data as Record<string, unknown>)
  await job.remove()
  await recordPersonal(person, 'job.discarded', { before: { ...ref, name: job.name, payload: job.data } })
}

function known(name: string) {
  if (!(queueNames as readonly string[]).includes(name)) {
    throw new Refusal('not_found', `There is no queue “${name}”.`, { field: 'queue' })
  }
  return queueOf(name as QueueName)
}

async function find(ref: { queue: string; jobId: string }) {
  const job = await known(ref.queue).getJob(ref.jobId)
  if (!job) throw new Refusal('not_found', 'There is no such job; it may have ended in the meantime.')
  return job
}
