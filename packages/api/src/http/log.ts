import { pino } from 'pino'
import { apiEnv } from '../env.ts'

/** Structured logs on standard output. What could open a door is blanked wherever it turns up. */
export const log = pino({
  level: apiEnv().LOG_LEVEL,
  base: { service: 'api' },
  redact: {
    paths: [
      '*.authorization',
      '*.cookie',
      '*.password',
      '*.newPassword',
      '*.token',
      '*.secret',
      '*.secretHash',
    ],
    censor: '[blanked]',
  },
})
