import { type Logger, pino } from 'pino'

export type Log = Logger

/** Fields that never reach a log, at any of the depths that our objects have. */
export const blanked = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'secret',
  'secretHash',
  'sealedLink',
  'html',
  'text',
  'url',
]

/** Structured logs of a process on standard output, a JSON object a line. What could open a door is blanked wherever it turns up. */
export const createLog = (service: string, level: string): Log =>
  pino({
    level,
    base: { service },
    redact: {
      paths: blanked.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[blanked]',
    },
  })
