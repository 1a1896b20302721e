import { readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const ServerEnv = z.object({
  NODE_ENV: z
    .literal('production', 'must be production here; for development there is `npm run dev`')
    .meta({ example: 'production' }),
  PORT: z.coerce
    .number('must be a port number')
    .int()
    .min(1)
    .max(65_535)
    .default(3001)
    .meta({ example: '3001' }),
  HOST: z.string().default('0.0.0.0').meta({ example: '0.0.0.0' }),
  SERVE_API: z.enum(['0', '1'], 'must be 0 or 1').default('0').meta({
    example: '1',
    description: 'Serves /api, too, where no gateway stands in front: for hosts that run one process',
  }),
})

export const serverEnv = () => readEnv(ServerEnv)
