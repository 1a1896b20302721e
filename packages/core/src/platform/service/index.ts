export { checkDependencies, checkEssentials } from './health.ts'
export { discardJob, listJobs, listQueues, retryJob } from './queues.ts'
