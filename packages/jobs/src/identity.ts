import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

export const identityJobs = {
  /** Looks up whose address was asked about, and does what was asked. */
  answerRequest: defineJob('identity.answer-request', {
    payload: z.strictObject({ accountRequestId: z.string() }),
    attempts: 10,
    backoffMs: [500, 2_000, 10_000, 60_000],
    key: ({ accountRequestId }) => accountRequestId,
  }),
  /** Finds the requests that were written down but never queued, because Redis or the process went away. */
  sweepRequests: defineSweep('identity.sweep-requests', 5_000),
}
