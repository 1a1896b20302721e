import { type Logger, pino } from 'pino'

export type Log = Logger

/** Fields that never reach a log, at any of the depths our objects have. */
const redacted = ['password', 'token', 'secret', 'authorization', 'cookie', 'html', 'text', 'url']

export const createLog = (level: string): Log =>
  pino({
    name: 'worker',
    level,
    redact: {
      paths: redacted.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  })
