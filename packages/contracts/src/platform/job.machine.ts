import type { Machine } from '../state-machine.ts'
import type { JobState } from './operations.ts'

/** A job in its queue, as BullMQ moves it, and what an operator can do about it. */
export const jobMachine = {
  thing: 'job',
  states: {
    waiting: 'waiting',
    active: 'in the hands of a worker',
    delayed: 'waiting for its time',
    failed: 'failed',
    completed: 'done',
    discarded: 'discarded',
  },
  ends: ['discarded'],
  gone: 'discarded',
  steps: {
    enqueue: { from: [], to: ['waiting', 'delayed'], by: ['system'], done: 'queued' },
    take: { from: ['waiting', 'delayed'], to: 'active', by: ['system'], done: 'taken' },
    putOff: { from: ['active'], to: ['delayed', 'waiting'], by: ['system'], done: 'put off' },
    complete: { from: ['active'], to: 'completed', by: ['system'], done: 'completed' },
    fail: { from: ['active'], to: 'failed', by: ['system'], done: 'given up' },
    retry: {
      from: ['failed'],
      to: 'waiting',
      by: ['platform:operate'],
      audit: 'job.retried',
      done: 'retried',
      instead: 'Only a job that has failed can be.',
    },
    discard: {
      from: ['waiting', 'delayed', 'failed', 'completed'],
      to: 'discarded',
      by: ['platform:operate'],
      audit: 'job.discarded',
      done: 'discarded',
      instead: 'Wait until it ends.',
    },
  },
} as const satisfies Machine<JobState | 'discarded'>
