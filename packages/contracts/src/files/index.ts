export * from './file.machine.ts'
export * from './files.ts'
