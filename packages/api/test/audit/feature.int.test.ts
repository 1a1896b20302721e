import { createApiKey } from '@insula/core/access'
import { aMember, aPerson, aTenant, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { aPlanDraft } from '@insula/testing/things/platform'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, request } from '../http/http.ts'

onTheLocalCloud()

const draft = { ...aPlanDraft(), features: [] as string[] }
let operator: SomebodySignedIn
let owner: SomebodySignedIn
let viewer: SomebodySignedIn
let key: string

/** Has this version of the plan hold, upon the one that holds. */
async function publish(features: string[], basedOn: number | null): Promise<void> {
  const saved = await call('platform.savePlanDraft', 'mutation', { ...draft, features, basedOn }, operator)
  const { planId, draft: kept } = (await saved.json()).result.data
  const ref = { planId, revision: kept.revision }
  expect((await call('platform.publishPlan', 'mutation', ref, operator)).status).toBe(200)
}

beforeAll(async () => {
  operator = await aPerson({ platformRole: 'admin' })
  await publish([], null)
  const { tenant, actor, ...founded } = await aTenant({ planId: draft.planId })
  owner = founded.owner
  viewer = (await aMember(tenant.id, 'viewer')).person
  key = (await createApiKey(actor, { name: 'a program', scopes: ['audit:read'], expiresInDays: 1 })).secret
})

const list = (as: { cookie?: string }) => call('audit.list', 'query', { limit: 1 }, as)

describe('where the plan has no audit log', () => {
  test('whoever may not read it is told of that first', async () => {
    expect((await list({})).status).toBe(401)
    expect((await list(viewer)).status).toBe(403)
  })

  test('its owner is told that the plan does not include it, and who can change the plan', async () => {
    const answer = await list(owner)
    expect(answer.status).toBe(402)
    expect((await answer.json()).error).toMatchObject({
      message: 'Your plan does not include the audit log.',
      data: { refusal: { code: 'plan_required', details: { grantedBy: ['owner'] } } },
    })
  })

  test('a single entry is shut as the list is', async () => {
    const ref = { auditEntryId: 'aud_01h455vb4pex5vsknk084sn02q' }
    expect((await call('audit.get', 'query', ref, owner)).status).toBe(402)
  })

  test('a key with the scope is told the same over REST', async () => {
    const answer = await request('/api/v1/audit', { key })
    expect(answer.status).toBe(402)
    expect(await answer.json()).toMatchObject({ code: 'plan_required' })
  })

  test('entries are written all the same, and are to be read as soon as the plan includes them', async () => {
    await publish(['audit-log'], 1)
    const answer = await list(owner)
    expect(answer.status).toBe(200)
    expect((await answer.json()).result.data.items).toHaveLength(1)
    expect((await request('/api/v1/audit', { key })).status).toBe(200)
  })
})
