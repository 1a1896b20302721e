export * from './define.ts'
export * from './events.ts'
export * from './jobs.ts'
export * from './queues.ts'
