import { type ApiKeyDoc, ApiKeyModel } from '@insula/db'
import type { Actor } from '../../kernel/actor.ts'
import { release } from '../../kernel/claims.ts'
import { record } from '../../kernel/record.ts'

/** Ends keys at once; one that somebody else ended meanwhile is passed over. Returns those that were ended here. */
export async function endKeys(actor: Actor, keys: readonly ApiKeyDoc[]): Promise<ApiKeyDoc[]> {
  const ended: ApiKeyDoc[] = []
  for (const { _id } of keys) {
    const key = await ApiKeyModel.findOneAndUpdate(
      { tenantId: actor.tenantId, _id, revokedAt: null },
      { revokedAt: new Date() },
    ).lean()
    if (!key) continue
    await release(actor.tenantId, 'api-keys', 1)
    await record(
      actor,
      'api-key.revoked',
      { kind: 'api-key', id: key._id, name: key.name },
      { before: { name: key.name, scopes: key.scopes } },
    )
    ended.push(key)
  }
  return ended
}
