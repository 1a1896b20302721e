import { limit, permission } from '../word.ts'

export const permissions = {
  'api-keys:read': permission('See API keys', 'admin'),
  'api-keys:write': permission('Create and revoke API keys', 'admin'),
}

export const actions = ['api-key.created', 'api-key.revoked'] as const

export const ids = { apiKey: 'key' } as const

export const limits = { 'api-keys': limit('API keys', 'Revoke a key that nobody uses') }
