export type { Update } from './update/update.ts'
export { applyUpdate, compileUpdate, isReplacement } from './update/update.ts'
export { upsertDocument } from './update/upsert.ts'
