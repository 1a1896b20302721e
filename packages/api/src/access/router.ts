import { ApiKey, ApiKeyRef, CreatedApiKey, NewApiKey, NoInput } from '@insula/contracts'
import { createApiKey, listApiKeys } from '@insula/core/access'
import { revokeApiKey } from '@insula/core/wiring/revoke-api-key'
import { z } from 'zod'
import { allow, rest, router } from '../trpc.ts'

const tag = 'API keys'

export const accessRouter = router({
  listApiKeys: allow('api-keys:read')
    .meta(rest('GET', '/api-keys', 'List API keys', tag))
    .input(NoInput)
    .output(z.array(ApiKey))
    .query(({ ctx }) => listApiKeys(ctx.actor)),
  createApiKey: allow('api-keys:write')
    .meta(rest('POST', '/api-keys', 'Create an API key', tag))
    .input(NewApiKey)
    .output(CreatedApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx.actor, input)),
  revokeApiKey: allow('api-keys:write')
    .meta(rest('DELETE', '/api-keys/{apiKeyId}', 'Revoke an API key', tag))
    .input(ApiKeyRef)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeApiKey(ctx.actor, input.apiKeyId)),
})
