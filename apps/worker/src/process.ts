import { Refusal } from '@insula/contracts'
import type { JobRun } from '@insula/jobs'
import { type Job, UnrecoverableError } from 'bullmq'
import { type Handled, handled } from './handlers/index.ts'
import type { Log } from './log.ts'
import type { Metrics, Outcome } from './metrics.ts'

/**
 * One attempt at a job: its payload is read by the contract, its handler called, and the outcome logged and
 * counted. A refusal is final, since asking again would get the same answer; anything else may heal and is tried
 * again after the contract's waits.
 */
export function processorOf(log: Log, metrics: Metrics, known: ReadonlyMap<string, Handled>) {
  return async (job: Job, _token?: string, signal?: AbortSignal): Promise<void> => {
    const started = performance.now()
    const finish = (outcome: Outcome) =>
      metrics.observe(job.name, outcome, (performance.now() - started) / 1_000)
    const attempt = job.attemptsMade + 1
    try {
      const { contract, handle } = known.get(job.name) ?? unknown(job.name)
      const payload = contract.payload.safeParse(job.data)
      if (!payload.success) {
        throw new Refusal('invalid', `The payload is not one of ${job.name}: ${payload.error.message}`)
      }
      const run: JobRun = {
        jobId: job.id ?? '',
        attempt,
        lastAttempt: attempt >= contract.attempts,
        signal: signal ?? new AbortController().signal,
      }
      await handle(payload.data, run)
      finish('done')
      if (log.isLevelEnabled('debug')) log.debug({ ...facts(job), attempt, ms: since(started) }, 'job done')
    } catch (error) {
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

// Not a refusal: during a deployment a newer worker may know it.
function unknown(name: string): never {
  throw new Error(`This worker has no handler for ${name}.`)
}

const facts = (job: Job) => ({ job: job.name, jobId: job.id, tenantId: job.data?.tenantId })
const since = (started: number) => Math.round(performance.now() - started)

const unknownJobBackoffMs = 30_000

/** How long to wait after `attemptsMade` failures: the contract's steps, the last of which repeats. */
export function backoffOf(name: string | undefined, attemptsMade: number): number {
  const steps = handled.get(name ?? '')?.contract.backoffMs
  if (!steps) return unknownJobBackoffMs
  return steps[Math.min(attemptsMade, steps.length) - 1] ?? 0
}
