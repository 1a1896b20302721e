import { answerRequest, sweepRequests } from '@insula/core/identity'
import type { HandlersOf } from '@insula/jobs'
import { identityJobs } from '@insula/jobs/identity'

export const jobs = identityJobs
export const handlers: HandlersOf<typeof jobs> = {
  answerRequest: ({ accountRequestId }) => answerRequest(accountRequestId),
  sweepRequests: () => sweepRequests(),
}
