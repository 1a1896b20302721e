export * from './job.machine.ts'
export * from './operations.ts'
