import { globSync } from 'node:fs'
import { join } from 'node:path'
import mongoose from 'mongoose'

const src = import.meta.dirname
for (const path of globSync('*/*.model.ts', { cwd: src })) await import(join(src, path))

/** Every model there is, for what looks at all of them. */
export const models = () => Object.values(mongoose.models)
