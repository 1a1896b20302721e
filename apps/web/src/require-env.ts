import { startUpApi } from '@insula/api/process'
import { CannotStart } from '@insula/contracts/env'
import { webEnv } from './env.ts'

/**
 * Reads the whole environment and connects. Ends the process with a message that names what is at fault;
 * a database that is down is tried again by the first request.
 */
export const requireEnv = async () => {
  try {
    await startUpApi([webEnv])
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (error instanceof CannotStart) process.exit(1)
  }
}
