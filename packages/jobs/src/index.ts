export * from './define.ts'
export * from './events.ts'
export * from './queues.ts'
