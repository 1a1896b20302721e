import { z } from 'zod'
import { id } from '../ids.ts'
import { Instant } from '../page.ts'
import { Permission, permissionNames } from '../permissions.ts'
import { stored } from '../stored.ts'
import { nameText } from '../text.ts'

/** An API key as it is listed; the key itself is shown once, when it is made. */
export const ApiKey = z.object({
  id: id('apiKey'),
  name: z.string(),
  prefix: z.string().describe('The first characters, to tell keys apart'),
  scopes: z.array(stored(permissionNames)),
  createdAt: Instant,
  createdBy: z.object({ id: z.string(), name: z.string() }),
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.strictObject({
  name: nameText('Give the key a name', 60),
  scopes: z.array(Permission).min(1, 'Choose at least one scope').max(permissionNames.length),
  expiresInDays: z
    .number()
    .int()
    .min(1)
    .max(365)
    .nullable()
    .default(90)
    .describe('Null for a key that does not end. One that a key makes ends with its maker at the latest'),
})
export const CreatedApiKey = z.object({ apiKey: ApiKey, secret: z.string().describe('Shown this once') })
export const ApiKeyRef = z.strictObject({ apiKeyId: id('apiKey') })
