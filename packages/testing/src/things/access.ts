import { createApiKey } from '@insula/core/access'
import { actingIn, type DomainThings, makeRoom } from '../occasion.ts'

export const things: DomainThings = {
  calls: {
    createApiKey: {
      async input(occasion) {
        await makeRoom(actingIn(occasion).tenantId)
        return { name: 'made', scopes: ['tenant:read'], expiresInDays: 1 }
      },
      leaves: { audit: ['api-key.created'], claims: ['api-keys'] },
      leavesAgain: { audit: ['api-key.created'], claims: ['api-keys'] },
    },
    listApiKeys: {},
    revokeApiKey: {
      thing: true,
      async input({ callers }) {
        await makeRoom(callers.tenant.id)
        const made = await createApiKey(callers.owner, {
          name: 'to be revoked',
          scopes: ['tenant:read'],
          expiresInDays: 1,
        })
        return { apiKeyId: made.apiKey.id }
      },
      leaves: { audit: ['api-key.revoked'] },
    },
  },
  async rows(owner, canary) {
    const made = await createApiKey(owner, { name: canary, scopes: ['files:read'], expiresInDays: 1 })
    return { apiKeyId: made.apiKey.id }
  },
  shownIn: ['listApiKeys'],
}
