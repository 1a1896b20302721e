import { webEnv } from './env.ts'

/** Ends the process with a message that names every variable at fault, rather than failing at the first request. */
export const requireWebEnv = () => {
  try {
    webEnv()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
