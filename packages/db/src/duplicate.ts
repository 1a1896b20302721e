import mongoose from 'mongoose'

/**
 * Whether a unique index refused the write: somebody else was first. With `fields`, only when it was the index over exactly
 * these, in their order; a clash of any other is no answer to the question that the caller asks.
 */
export function isDuplicate(error: unknown, ...fields: string[]): error is mongoose.mongo.MongoServerError {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11000) return false
  return fields.length === 0 || Object.keys(error.keyPattern ?? {}).join() === fields.join()
}
