import {
  billingJobs,
  eventJobs,
  fileJobs,
  identityJobs,
  type JobContract,
  jobRetention,
  notificationJobs,
  queueOf,
  tenantJobs,
} from '@insula/jobs'
import type { Log } from './log.ts'

const seconds = 1_000
const minutes = 60 * seconds

/** Everything that happens by the clock. Whatever the number of workers, each tick runs once. */
export const schedules: readonly { job: JobContract; everyMs: number }[] = [
  { job: eventJobs.sweepOutbox, everyMs: 5 * seconds },
  { job: identityJobs.sweepRequests, everyMs: 5 * seconds },
  { job: fileJobs.sweep, everyMs: 15 * seconds },
  { job: notificationJobs.sweepMails, everyMs: 15 * seconds },
  { job: billingJobs.sweepBilling, everyMs: 15 * seconds },
  { job: tenantJobs.sweepInvitations, everyMs: 1 * minutes },
  { job: billingJobs.catchUpWithStripe, everyMs: 5 * minutes },
]

const checkEveryMs = 15 * seconds

/**
 * Writes the schedules to Redis and keeps them there: a Redis that was emptied has them back within fifteen
 * seconds, and with the sweeps all that was queued. Returns how to stop.
 */
export async function keepSchedules(log: Log): Promise<() => void> {
  const write = () => writeMissing().catch((error: unknown) => log.warn({ err: error }, 'schedules'))
  await write()
  const timer = setInterval(write, checkEveryMs)
  return () => clearInterval(timer)
}

/** Writes those schedules that Redis does not hold as they are here. */
export async function writeMissing(): Promise<void> {
  for (const { job, everyMs } of schedules) {
    const queue = queueOf(job.queue)
    const known = await queue.getJobScheduler(job.name)
    if (Number(known?.every) === everyMs) continue
    await queue.upsertJobScheduler(
      job.name,
      { every: everyMs },
      {
        name: job.name,
        data: {},
        opts: { attempts: job.attempts, backoff: { type: 'steps' }, ...jobRetention },
      },
    )
  }
}
