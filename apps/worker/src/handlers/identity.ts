import { answerRequest, sweepRequests } from '@insula/core/identity/service/index'
import type { HandlersOf, identityJobs } from '@insula/jobs'

export const identityHandlers: HandlersOf<typeof identityJobs> = {
  answerRequest: ({ accountRequestId }) => answerRequest(accountRequestId),
  sweepRequests: () => sweepRequests(),
}
