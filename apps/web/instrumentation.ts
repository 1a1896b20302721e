import { env } from './src/env.ts'

/** Runs once when the server starts, not while it is built: a console without its addresses does not start. */
export const register = () => {
  try {
    env()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}
