import { appUrl, readEnv } from '@insula/contracts/env'
import { z } from 'zod'

const CoreEnv = z.object({
  APP_URL: appUrl(),
  AUTH_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .meta({ example: '$(openssl rand -base64 32)' }),
  CONTACT_EMAIL: z
    .email('must be an e-mail address')
    .optional()
    .meta({ example: 'sales@example.com', description: 'Whom to write to for more than the largest plan' }),
})

let parsed: z.infer<typeof CoreEnv> | undefined

/** Read once: every request needs it. */
export function coreEnv() {
  parsed ??= readEnv(CoreEnv)
  return parsed
}
