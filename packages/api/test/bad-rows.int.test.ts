import { createApiKey } from '@insula/core/access'
import { mongoHandles } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { writtenByHand } from '@insula/testing/things/tenants'
import { expect, test } from 'vitest'
import { call, request } from './http/http.ts'

onTheLocalCloud()

test('a bad row fails neither the members page nor REST nor a removal by either', async () => {
  const { tenant, actor, owner } = await aTenant({ planId: 'pro' })
  const { secret: key } = await createApiKey(actor, {
    name: 'all',
    scopes: [...actor.permissions],
    expiresInDays: 1,
  })
  const { memberIds } = await writtenByHand(tenant.id)
  const lists = [
    ...['tenants.people', 'tenants.listInvitations', 'identity.me', 'access.listApiKeys'].map((path) =>
      call(path, 'query', {}, owner),
    ),
    ...['/members', '/invitations', '/api-keys'].map((path) => request(`/api/v1${path}`, { key })),
  ]
  expect((await Promise.all(lists)).map(({ status }) => status)).toEqual(lists.map(() => 200))
  const [first = '', ...others] = memberIds
  const answer = await call('tenants.removeMember', 'mutation', { memberId: first }, owner)
  expect(answer.status).toBe(200)
  for (const memberId of others) {
    expect((await request(`/api/v1/members/${memberId}`, { method: 'DELETE', key })).status).toBe(204)
  }
})

test('whoever’s own row is bad is let in with what it gives: nothing', async () => {
  const { tenant, owner } = await aTenant()
  const { db } = mongoHandles()
  await db.collection('members').updateOne({ tenantId: tenant.id }, { $set: { role: 'superuser' } })
  await db.collection('users').updateOne({ _id: owner.user.id as never }, { $set: { name: { x: 1 } } })
  const me = await call('identity.me', 'query', {}, owner)
  expect((await me.json()).result.data).toMatchObject({
    user: { name: 'Unnamed' },
    tenant: { role: 'superuser', permissions: [] },
  })
  expect((await call('tenants.people', 'query', {}, owner)).status).toBe(403)
})
