import mongoose, { type Schema } from 'mongoose'
import { keepDeadline } from './deadline.ts'
import { joinGuard } from './tenancy.ts'

/**
 * mongoose's `model`, except that a model which is there already is taken: Next.js evaluates our modules once for
 * each of its runtimes, while mongoose is one for the whole process.
 */
export const model = ((name: string, schema: Schema) =>
  mongoose.models[name] ??
  mongoose.model(name, schema.plugin(keepDeadline).plugin(joinGuard))) as typeof mongoose.model
