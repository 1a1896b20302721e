export type { UpdateOptions } from './update/options.ts'
export type { Update, Updated } from './update/update.ts'
export { applyUpdate, compileUpdate, isReplacement } from './update/update.ts'
export { upsertDocument } from './update/upsert.ts'
