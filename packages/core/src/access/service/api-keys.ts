import { createHash, randomBytes } from 'node:crypto'
import { type ApiKey, type CreatedApiKey, type NewApiKey, Refusal } from '@insula/contracts'
import { type ApiKeyDoc, ApiKeyModel, transaction } from '@insula/db'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { claim } from '../../kernel/claims.ts'
import { giverOf, requireMayGive } from '../../kernel/grants.ts'
import { record } from '../../kernel/record.ts'
import { instantOf, textOf } from '../../kernel/stored.ts'
import { endKeys } from './end-keys.ts'

const secretPrefix = 'ins_'

const checksumOf = (body: string) => createHash('sha256').update(body).digest('base64url').slice(0, 6)
/** What is stored of a key: SHA-256 in hex. */
export const hashOfApiKey = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Whether a string has the shape and the checksum of a key, so that typos never cost a look-up. */
export function looksLikeApiKey(secret: string): boolean {
  const body = secret.slice(0, -7)
  return secret.startsWith(secretPrefix) && secret.length === 54 && secret.endsWith(`_${checksumOf(body)}`)
}

/**
 * Makes a key; one that a key makes ends no later than its maker, so that nothing that was lent for a day lasts. The secret
 * is in the answer and nowhere else: only its hash is stored.
 */
export async function createApiKey(
  actor: Actor,
  input: z.output<typeof NewApiKey>,
): Promise<z.infer<typeof CreatedApiKey>> {
  const body = secretPrefix + randomBytes(32).toString('base64url')
  const secret = `${body}_${checksumOf(body)}`
  const apiKey = await transaction(async () => {
    await requireMayGive(actor, 'api-keys:write', input.scopes)
    await claim(actor, 'api-keys', 1)
    const [doc] = await ApiKeyModel.create([
      {
        tenantId: actor.tenantId,
        name: input.name,
        prefix: secret.slice(0, 10),
        secretHash: hashOfApiKey(secret),
        scopes: [...new Set(input.scopes)],
        createdBy: await giverOf(actor),
        expiresAt: await endOf(actor, input.expiresInDays),
      },
    ])
    if (!doc) throw new Error('MongoDB returned no document for an insert')
    await record(actor, 'api-key.created', target(doc), {
      after: { name: doc.name, scopes: doc.scopes, expiresAt: doc.expiresAt },
    })
    return present(doc.toObject())
  })
  return { apiKey, secret }
}

/** When a key ends that is wanted for so many days, or for ever, given when its maker does. */
async function endOf({ kind, tenantId, id }: Actor, days: number | null): Promise<Date | null> {
  const wanted = days ? new Date(Date.now() + days * 86_400_000) : null
  if (kind !== 'api-key') return wanted
  const maker = await ApiKeyModel.findOne({ tenantId, _id: id ?? '' }, { expiresAt: 1 }).lean()
  const last = maker?.expiresAt ?? null
  return last && (!wanted || wanted > last) ? last : wanted
}

export async function listApiKeys(actor: Actor): Promise<ApiKey[]> {
  const docs = await ApiKeyModel.find({ tenantId: actor.tenantId, revokedAt: null }).sort({ _id: -1 }).lean()
  return docs.map(present)
}

/**
 * Ends a key at once, in the caller's transaction; what it gave is ended by whoever calls this. One that is already revoked is
 * not found.
 */
export async function endApiKey(actor: Actor, apiKeyId: string): Promise<void> {
  const key = await ApiKeyModel.findOne({ tenantId: actor.tenantId, _id: apiKeyId, revokedAt: null }).lean()
  if (!key) throw new Refusal('not_found', 'There is no such API key.')
  await endKeys(actor, [key])
}

const target = (doc: { _id: string; name: string }) => ({ kind: 'api-key', id: doc._id, name: doc.name })

const present = (doc: ApiKeyDoc): ApiKey => ({
  id: doc._id,
  name: textOf(doc.name, 'Unnamed key'),
  prefix: doc.prefix,
  scopes: doc.scopes,
  createdAt: instantOf(doc.createdAt),
  createdBy: { id: textOf(doc.createdBy?.id, 'system'), name: textOf(doc.createdBy?.name, 'Insula') },
  expiresAt: doc.expiresAt?.toISOString() ?? null,
  lastUsedAt: doc.lastUsedAt?.toISOString() ?? null,
})
