import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const GatewayEnv = z.object({
  PORT: z.coerce
    .number('must be a port number')
    .int()
    .min(1)
    .max(65_535)
    .default(3000)
    .meta({ example: '3000' }),
  HOST: z.string().default('0.0.0.0').meta({ example: '0.0.0.0' }),
  WEB_ORIGIN: z
    .url({ protocol: /^http$/, error: 'must be an http address' })
    .meta({ example: 'http://web:3001' }),
})

export const gatewayEnv = () => readEnv(GatewayEnv)
