import { Refusal } from '@insula/contracts'
import type { Log } from '@insula/core/kernel/log'
import { type JobRun, OfTheFuture, onlyOfTheFuture, PutOff } from '@insula/jobs'
import { DelayedError, type Job, UnrecoverableError } from 'bullmq'
import { type Handled, handled } from './handlers/index.ts'
import type { Metrics, Outcome } from './metrics.ts'

/**
 * One attempt at a job: its payload is read by the contract, its handler called, and the outcome logged and
 * counted. A refusal is final, since asking again would get the same answer; anything else may heal and is tried
 * again after the contract's waits. What only a newer worker can know is put off until one is there.
 */
export function processorOf(log: Log, metrics: Metrics, known: ReadonlyMap<string, Handled>) {
  return async (job: Job, token?: string, signal?: AbortSignal): Promise<void> => {
    const started = performance.now()
    const finish = (outcome: Outcome) =>
      metrics.observe(job.name, outcome, (performance.now() - started) / 1_000)
    const attempt = job.attemptsMade + 1
    const found = known.get(job.name)
    const payload = found?.contract.payload.safeParse(job.data)
    const putOff = async () => {
      metrics.observe(found ? job.name : 'unknown', 'put-off', (performance.now() - started) / 1_000)
      log.warn(facts(job), 'job put off: a newer worker may know it')
      await job.moveToDelayed(Date.now() + putOffMs, token)
      return new DelayedError()
    }
    if (!found || !payload || onlyOfTheFuture(payload.error)) throw await putOff()
    try {
      const { contract, handle } = found
      if (!payload.success) {
        throw new Refusal('invalid', `The payload is not one of ${job.name}: ${payload.error.message}`)
      }
      const jobRun: JobRun = {
        jobId: job.id ?? '',
        attempt,
        lastAttempt: attempt >= contract.attempts,
        signal: signal ?? new AbortController().signal,
      }
      await handle(payload.data, jobRun)
      finish('done')
      if (log.isLevelEnabled('debug')) log.debug({ ...facts(job), attempt, ms: since(started) }, 'job done')
    } catch (error) {
      if (error instanceof OfTheFuture) throw await putOff()
      if (error instanceof PutOff) {
        await job.moveToDelayed(Date.now() + error.delayMs, token)
        throw new DelayedError()
      }
      const refused = error instanceof Refusal
      const last = attempt >= (job.opts.attempts ?? 1)
      const outcome = refused ? 'refused' : last ? 'gave-up' : 'failed'
      finish(outcome)
      log[outcome === 'gave-up' ? 'error' : 'warn'](
        { ...facts(job), attempt, ms: since(started), err: error },
        `job ${outcome}`,
      )
      throw refused ? new UnrecoverableError(error.message) : error
    }
  }
}

/** During a deployment a newer release may queue what this worker does not know. Waiting spends no attempt. */
const putOffMs = 30_000

const facts = (job: Job) => ({ job: job.name, jobId: job.id, tenantId: job.data?.tenantId })
const since = (started: number) => Math.round(performance.now() - started)

/** How long to wait after `attemptsMade` failures: the contract's steps, the last of which repeats. */
export function backoffOf(name: string | undefined, attemptsMade: number): number {
  const steps = handled.get(name ?? '')?.contract.backoffMs
  if (!steps) return putOffMs
  return steps[Math.min(attemptsMade, steps.length) - 1] ?? 0
}
