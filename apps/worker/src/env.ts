import { metricsToken, readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const WorkerEnv = z.object({
  WORKER_PORT: z.coerce
    .number('must be a port number')
    .int()
    .min(0)
    .max(65_535)
    .meta({ example: 3002, description: 'Health and metrics are served here' }),
  METRICS_TOKEN: metricsToken(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ example: 'info' }),
})

export const workerEnv = () => readEnv(WorkerEnv)
