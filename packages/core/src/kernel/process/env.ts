import { appUrl, readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const ProcessEnv = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .meta({ example: 'production' }),
  APP_URL: appUrl(),
  SHUTDOWN_DELAY_MS: z.coerce
    .number('must be a number of milliseconds')
    .int()
    .min(0)
    .max(60_000)
    .optional()
    .meta({
      example: '5000',
      description:
        'How long calls are answered on after SIGTERM, while balancers notice; 5000 in production, otherwise 0',
    }),
  MAX_CONNECTIONS: z.coerce
    .number('must be a number')
    .int()
    .min(64)
    .max(1_000_000)
    .default(10_000)
    .meta({ example: '10000', description: 'Connections at most, of which the system may allow fewer' }),
})

/** What every process that listens takes from its environment. */
export function processEnv() {
  const given = readEnv(ProcessEnv)
  const production = given.NODE_ENV === 'production'
  return { ...given, production, SHUTDOWN_DELAY_MS: given.SHUTDOWN_DELAY_MS ?? (production ? 5_000 : 0) }
}
