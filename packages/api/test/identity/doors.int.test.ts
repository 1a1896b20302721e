import { randomUUID } from 'node:crypto'
import { SessionModel, UserModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { mailedLink } from '@insula/testing/things/notifications'
import { describe, expect, test } from 'vitest'
import { anAddress, call, request } from '../http/http.ts'

process.env.APP_URL = 'https://app.example.test'
onTheLocalCloud()

const post = (path: string, body: unknown, cookie?: string) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress(), ...(cookie && { cookie }) })

test('over HTTPS every cookie is for this host alone, over TLS alone, and out of scripts’ reach', async () => {
  const email = `${randomUUID()}@example.test`
  const up = await post('/sign-up/email', { name: 'Ada', email, password })
  const token = (await mailedLink(email, 'verify-email')).searchParams.get('token')
  const cookie = up.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const proof = await post('/verify-email', { token }, cookie)
  const answers = [up, proof, await post('/sign-in/email', { email, password }), await post('/sign-out', {})]
  const cookies = answers.flatMap((answer) => answer.headers.getSetCookie())
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(cookies).toHaveLength(5)
  for (const one of cookies) {
    expect(one).toMatch(/^__Host-insula\.(session|sign-up)=/)
    for (const flag of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'])
      expect(one.split('; ')).toContain(flag)
  }
})

describe('a session', () => {
  test('of another person is not found', async () => {
    const [one, other] = [await aPerson(), await aPerson()]
    const answer = await call('identity.revokeSession', 'mutation', { sessionId: other.sessionId }, one)
    expect(answer.status).toBe(404)
  })

  test('that is over, or whose cookie was changed, opens nothing', async () => {
    const person = await aPerson()
    expect((await call('identity.me', 'query', undefined, person)).status).toBe(200)
    const [name, value = ''] = person.cookie.split('=')
    const [token = '', signature = ''] = decodeURIComponent(value).split('.')
    for (const forged of [`${token}x.${signature}`, `${token}.${signature.slice(2)}aa`, token, '']) {
      const cookie = `${name}=${encodeURIComponent(forged)}`
      expect((await call('identity.me', 'query', undefined, { cookie })).status).toBe(401)
    }
    await SessionModel.updateOne({ _id: person.sessionId }, { expiresAt: new Date() })
    expect((await call('identity.me', 'query', undefined, person)).status).toBe(401)
  })
})

test('somebody whose row holds odd things is shown, and can still use their account', async () => {
  const person = await aPerson()
  await UserModel.collection.updateOne(
    { _id: person.user.id as never },
    { $set: { name: { x: 1 }, image: 7, platformRole: 'emperor' } },
  )
  await SessionModel.collection.updateOne(
    { _id: person.sessionId as never },
    { $unset: { createdAt: 1, updatedAt: 1 } },
  )
  const me = (await (await call('identity.me', 'query', undefined, person)).json()).result.data
  expect(me.user).toMatchObject({ name: 'Unnamed', platformRole: null })
  for (const list of ['identity.listSessions', 'identity.listActivity']) {
    expect((await call(list, 'query', undefined, person)).status).toBe(200)
  }
  expect((await call('identity.changeProfile', 'mutation', { name: 'Ada' }, person)).status).toBe(200)
})

test.each(['https://evil.example', 'null', 'http://app.example.test'])(
  'a page of %s makes no browser change anything',
  async (origin) => {
    const person = await aPerson()
    const as = { ...person, headers: { origin } }
    expect((await call('identity.changeProfile', 'mutation', { name: 'Mallory' }, as)).status).toBe(403)
    const out = await request('/api/auth/sign-out', { method: 'POST', body: {}, ...as })
    expect(out.status).toBe(403)
    expect((await call('identity.me', 'query', undefined, person)).status).toBe(200)
  },
)
