import { longestWaitMs } from '@insula/core/kernel/emit'
import { allQueues } from '@insula/jobs'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Outcome = 'done' | 'refused' | 'failed' | 'gave-up' | 'put-off'

export interface Metrics {
  registry: Registry
  /** Records one attempt at a job. */
  observe(job: string, outcome: Outcome, seconds: number): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'insula_job_duration_seconds',
    help: 'Time that one attempt at a job took, by how it ended',
    labelNames: ['job', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  })
  new Gauge({
    name: 'insula_queue_jobs',
    help: 'Jobs in each queue, by state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      for (const queue of allQueues()) {
        const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
        for (const [state, count] of Object.entries(counts)) this.set({ queue: queue.name, state }, count)
      }
    },
  })
  new Gauge({
    name: 'insula_outbox_oldest_seconds',
    help: 'Age of the oldest event that has not reached everyone who listens',
    registers: [registry],
    async collect() {
      this.set((await longestWaitMs()) / 1_000)
    },
  })
  // Looking a labelled series up by its labels costs more than recording in it.
  const series = new Map<string, ReturnType<typeof duration.labels>>()
  return {
    registry,
    observe(job, outcome, seconds) {
      const key = `${job} ${outcome}`
      let one = series.get(key)
      if (!one) {
        one = duration.labels(job, outcome)
        series.set(key, one)
      }
      one.observe(seconds)
    },
  }
}
