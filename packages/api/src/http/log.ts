import { createLog, type Log } from '@insula/core/kernel/log'
import { apiEnv } from '../env.ts'

let logger: Log | undefined

/** Made when first used: importing a module must not read the environment. */
export function log(): Log {
  logger ??= createLog('api', apiEnv().LOG_LEVEL)
  return logger
}
