import mongoose from 'mongoose'
import './index.ts'

/** Every model there is, for what looks at all of them. */
export const models = () => Object.values(mongoose.models)
