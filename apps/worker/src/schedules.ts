import type { Log } from '@insula/core/kernel/log'
import { type JobContract, jobRetention, queueOf } from '@insula/jobs'
import { handled } from './handlers/index.ts'

/** Everything that happens by the clock. */
export const schedules: readonly { job: JobContract; everyMs: number }[] = [...handled.values()].flatMap(
  ({ contract: job }) => (job.everyMs === undefined ? [] : [{ job, everyMs: job.everyMs }]),
)

const checkEveryMs = 15_000

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
