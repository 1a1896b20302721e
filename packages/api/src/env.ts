import { appUrl, metricsToken, readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const ApiEnv = z.object({
  APP_URL: appUrl(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0).meta({
    example: '1',
    description: 'How many proxies of yours stand in front; their X-Forwarded-For is believed',
  }),
  METRICS_TOKEN: metricsToken(),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_200)
    .meta({ example: '1200', description: 'Calls that one client network may make in a minute' }),
  REQUEST_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .meta({ example: '5000', description: 'How long a request may take before it is told 503' }),
  BILLING_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(120_000)
    .default(20_000)
    .meta({ example: '20000', description: 'The same for what waits for Stripe' }),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').meta({ example: 'info' }),
})

let parsed: z.infer<typeof ApiEnv> | undefined
export function apiEnv() {
  parsed ??= readEnv(ApiEnv)
  return parsed
}
