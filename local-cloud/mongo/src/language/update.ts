export type { Update, Updated, UpdateOptions } from './update/update.ts'
export { applyUpdate, compileUpdate, isReplacement } from './update/update.ts'
export { upsertDocument } from './update/upsert.ts'
