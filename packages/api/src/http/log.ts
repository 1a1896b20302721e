import { type Logger, pino } from 'pino'
import { apiEnv } from '../env.ts'

let logger: Logger | undefined

const blanked = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'secret',
  'secretHash',
  'sealedLink',
]

/** Structured logs on standard output. What could open a door is blanked wherever it turns up. */
function create(): Logger {
  return pino({
    level: apiEnv().LOG_LEVEL,
    base: { service: 'api' },
    redact: {
      paths: blanked.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[blanked]',
    },
  })
}

/** Made when first used: importing a module must not read the environment. */
export function log(): Logger {
  logger ??= create()
  return logger
}
