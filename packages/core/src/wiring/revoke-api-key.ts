import { transaction } from '@insula/db'
import { endApiKey } from '../access/service/index.ts'
import type { Actor } from '../kernel/actor.ts'
import { endGiven } from '../tenants/service/index.ts'

/**
 * Ends a key at once, and with it the keys it made and the invitations it sent that are still open. Revoking one that is
 * already revoked is not found.
 */
export const revokeApiKey = (actor: Actor, apiKeyId: string): Promise<void> =>
  transaction(async () => {
    await endApiKey(actor, apiKeyId)
    await endGiven(actor, apiKeyId)
  })
