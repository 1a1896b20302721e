import { changePassword } from '@insula/core/identity'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { expect, test } from 'vitest'
import { anAddress, request } from '../http/http.ts'

// Nobody listens there.
process.env.REDIS_CACHE_URL = 'redis://127.0.0.1:1'
onTheLocalCloud()

test.each<[string, object]>([
  ['/sign-in/email', { password }],
  ['/change-password', { currentPassword: password, newPassword: 'another sentence of small words' }],
  ['/sign-up/email', { name: 'Ada', password }],
  ['/request-password-reset', {}],
])('%s is not open while nobody counts: 503, and when to come back', async (path, body) => {
  const { user, cookie } = await aPerson()
  const email = path === '/change-password' ? {} : { email: user.email }
  const answer = await request(`/api/auth${path}`, {
    method: 'POST',
    body: { ...body, ...email },
    cookie,
    address: anAddress(),
  })
  expect(answer.status).toBe(503)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('no password is judged that could not be counted, whoever asks for it', async () => {
  const person = await aPerson()
  const guess = { currentPassword: password, newPassword: 'another sentence of small words' }
  await expect(changePassword(person, guess)).rejects.toMatchObject({ code: 'unavailable' })
})

test('signing out works all the same', async () => {
  const { cookie } = await aPerson()
  const answer = await request('/api/auth/sign-out', { method: 'POST', body: {}, cookie })
  expect(answer.status).toBe(200)
})
