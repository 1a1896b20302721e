import { auth } from '@insula/core/identity/auth'
import { UserModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { request } from '../http/http.ts'
import { other, post, signUp, tokenFor } from './calls.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
})

const ours = [
  '/sign-up/email',
  '/sign-up/invitation',
  '/send-verification-email',
  '/verify-email',
  '/sign-in/email',
  '/sign-out',
  '/request-password-reset',
  '/reset-password',
  '/change-password',
]

describe('what stands under /api/auth', () => {
  const elsewhere = ['https://evil.test', '//evil.test', '/.//evil.test', '/\\evil.test']
  let theirs: string[]
  beforeAll(() => {
    const paths = Object.values(auth().api).map((endpoint) => (endpoint as { path?: string }).path)
    theirs = [...new Set(paths.filter((path) => path !== undefined))]
  })

  test('none of the library’s endpoints but those the console calls', async () => {
    const person = await aPerson()
    expect(theirs.length).toBeGreaterThan(20)
    for (const path of theirs.filter((one) => !ours.includes(one))) {
      const at = path.replaceAll(/:\w+/g, 'x')
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const sent = method === 'GET' ? {} : { body: { name: { x: 1 } } }
        const answer = await request(`/api/auth${at}`, { method, cookie: person.cookie, ...sent })
        expect(`${method} ${at} ${answer.status}`).toBe(`${method} ${at} 404`)
        expect(answer.headers.get('content-type')).toContain('application/problem+json')
      }
    }
  })

  test.each(ours)('%s takes POST only, and says so', async (path) => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const answer = await request(`/api/auth${path}?token=x&callbackURL=/.//evil.test`, { method })
      expect(`${method} ${answer.status}`).toBe(`${method} 405`)
      expect(answer.headers.get('allow')).toBe('POST')
      expect(answer.headers.get('location')).toBeNull()
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  test.each(ours)('%s takes no address to go on to, nor any other field of the library’s', async (path) => {
    for (const field of ['callbackURL', 'redirectTo', 'errorCallbackURL', 'newUserCallbackURL', 'image']) {
      for (const value of elsewhere) {
        const answer = await post(path, { ...valid[path], [field]: value })
        expect(`${field} ${answer.status}`).toBe(`${field} 400`)
        expect((await answer.json()).errors).toMatchObject([{ field }])
        expect(answer.headers.get('location')).toBeNull()
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
  })

  test.each(ours)('%s takes nothing but an object of the right types', async (path) => {
    for (const body of [[], 'x', 1, null]) expect((await post(path, body)).status).toBe(400)
    for (const [field, value] of Object.entries(valid[path] ?? {})) {
      for (const wrong of [{ x: 1 }, ['a'], 7, null, true, '']) {
        const answer = await post(path, { ...valid[path], [field]: wrong })
        expect(`${field} ${JSON.stringify(wrong)} ${answer.status}`).toBe(
          `${field} ${JSON.stringify(wrong)} 400`,
        )
      }
      expect(value).toBeDefined()
    }
  })

  const valid: Record<string, Record<string, string>> = {
    '/sign-up/email': { name: 'Ada', email: 'ada@example.test', password },
    '/sign-up/invitation': { token: 'x'.repeat(40), name: 'Ada', password },
    '/send-verification-email': { email: 'ada@example.test' },
    '/verify-email': { token: 'x' },
    '/sign-in/email': { email: 'ada@example.test', password },
    '/sign-out': {},
    '/request-password-reset': { email: 'ada@example.test' },
    '/reset-password': { token: 'x', newPassword: password },
    '/change-password': { currentPassword: password, newPassword: password },
  }

  test('opening the mailed links changes nothing', async () => {
    const person = await aPerson()
    await signUp({ email })
    await post('/request-password-reset', { email: person.user.email })
    const [proof, reset] = [
      await tokenFor('verify-email', email),
      await tokenFor('reset-password', person.user.email),
    ]
    for (const path of [
      `/verify-email?token=${proof}`,
      `/reset-password?token=${reset}`,
      `/reset-password/${reset}`,
    ]) {
      const answer = await request(`/api/auth${path}`)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.get('location')).toBeNull()
    }
    expect(await UserModel.countDocuments({ email })).toBe(0)
    expect((await post('/verify-email', { token: proof, password })).status).toBe(200)
    expect((await post('/reset-password', { token: reset, newPassword: other })).status).toBe(200)
  })
})
