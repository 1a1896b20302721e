export { checkDependencies, checkEssentials } from './health.ts'
export { discardJob, listJobs, listQueues, retryJob } from './queues.ts'
export { listTenants } from './tenants.ts'
