export * from './define.ts'
export * from './queues.ts'
