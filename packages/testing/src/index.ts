export * from './builders.ts'
export * from './harness.ts'
