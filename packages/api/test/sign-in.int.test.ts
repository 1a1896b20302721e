import { SessionModel, UserModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password, signedIn } from '@insula/testing'
import { mailedLink } from '@insula/testing/mail'
import { beforeEach, describe, expect, test } from 'vitest'
import { call, request } from './http.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
})

const signUp = (body: Record<string, unknown> = {}) =>
  request('/api/auth/sign-up/email', { method: 'POST', body: { name: 'Ada', email, password, ...body } })
const signIn = (body: Record<string, unknown> = {}) =>
  request('/api/auth/sign-in/email', { method: 'POST', body: { email, password, ...body } })

const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''

describe('signing up', () => {
  test.each([
    [{ password: 'too short' }, /15 characters/],
    [{ password: 'passwordpassword' }, /short pattern|attacker/],
    [{ name: '   ' }, /name/],
  ])('%o is refused with what to do', async (body, message) => {
    const response = await signUp(body)
    expect(response.status).toBe(400)
    expect((await response.json()).message).toMatch(message)
    expect(await UserModel.findOne({ email })).toBeNull()
  })

  test('an address that is taken gets the same answer as a new one', async () => {
    const first = await signUp()
    const second = await signUp()
    expect(second.status).toBe(first.status)
    expect(await second.text()).toBe(await first.text())
    expect(await UserModel.countDocuments({ email })).toBe(1)
  })

  test('signs nobody in before the address is verified, and mails the link again', async () => {
    await signUp()
    const response = await signIn()
    expect(response.status).toBe(403)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('the mailed link verifies the address and opens a session, with ids of our own kind', async () => {
    await signUp()
    const link = await mailedLink(email, 'verify-email')
    expect(link.pathname).toBe('/verify-email')
    const verified = await request(`/api/auth/verify-email?token=${link.searchParams.get('token')}`)
    expect(verified.status).toBe(200)
    const me = await call('identity.me', 'query', undefined, { cookie: cookieOf(verified) })
    expect((await me.json()).result.data).toMatchObject({
      user: { id: expect.stringMatching(/^usr_/), email, emailVerified: true },
      tenant: null,
    })
  })
})

describe('signing in', () => {
  test('a wrong password and an unknown address get the same answer', async () => {
    const { user } = await aPerson()
    const wrong = await signIn({ email: user.email, password: 'not the password at all' })
    const unknown = await signIn({ password: 'not the password at all' })
    expect(wrong.status).toBe(401)
    expect(unknown.status).toBe(401)
    expect(await wrong.text()).toBe(await unknown.text())
  })

  test('ten wrong passwords lock the account for a while, even for the right one', async () => {
    const { user } = await aPerson()
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await signIn({ email: user.email, password: 'not the password at all' })
    }
    const locked = await signIn({ email: user.email })
    expect(locked.status).toBe(429)
    expect((await locked.json()).message).toMatch(/reset your password/)
  })

  test('sets a cookie that scripts cannot read and other sites do not send', async () => {
    const { user } = await aPerson()
    const response = await signIn({ email: user.email })
    expect(response.status).toBe(200)
    const cookie = response.headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).toMatch(/Path=\//i)
  })

  test('after signing out the old cookie opens nothing', async () => {
    const { user } = await aPerson()
    const cookie = cookieOf(await signIn({ email: user.email }))
    expect((await call('identity.me', 'query', undefined, { cookie })).status).toBe(200)
    await request('/api/auth/sign-out', {
      method: 'POST',
      cookie,
      body: {},
      headers: { origin: process.env.APP_URL ?? '' },
    })
    expect((await call('identity.me', 'query', undefined, { cookie })).status).toBe(401)
  })

  test('a cookie with a changed token or signature opens nothing', async () => {
    const person = await aPerson()
    const [name, value = ''] = person.cookie.split('=')
    const [token = '', signature = ''] = decodeURIComponent(value).split('.')
    for (const forged of [`${token}x.${signature}`, `${token}.${signature.slice(2)}aa`, token, '']) {
      const cookie = `${name}=${encodeURIComponent(forged)}`
      expect((await call('identity.me', 'query', undefined, { cookie })).status).toBe(401)
    }
  })
})

describe('resetting a password', () => {
  test('a link works once, ends every session, and the new password counts', async () => {
    const person = await aPerson()
    await request('/api/auth/request-password-reset', { method: 'POST', body: { email: person.user.email } })
    const token = (await mailedLink(person.user.email, 'reset-password')).searchParams.get('token')
    const newPassword = 'another sentence of small words'
    const reset = () => request('/api/auth/reset-password', { method: 'POST', body: { token, newPassword } })
    const answers = await Promise.all([reset(), reset(), reset(), reset()])
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(await SessionModel.countDocuments({ userId: person.user.id })).toBe(0)
    expect((await signIn({ email: person.user.email })).status).toBe(401)
    expect((await signIn({ email: person.user.email, password: newPassword })).status).toBe(200)
  })

  test('an unknown address gets the same answer, and no mail', async () => {
    const { user } = await aPerson()
    const ask = (to: string) =>
      request('/api/auth/request-password-reset', { method: 'POST', body: { email: to } })
    const known = await ask(user.email)
    const unknown = await ask(email)
    expect(unknown.status).toBe(known.status)
    expect(await unknown.text()).toBe(await known.text())
    await expect(mailedLink(email, 'reset-password')).rejects.toThrow(/No reset-password mail/)
  })
})

describe('sessions', () => {
  test('another person’s session is not found', async () => {
    const [one, other] = [await aPerson(), await aPerson()]
    const answer = await call('identity.revokeSession', 'mutation', { sessionId: other.sessionId }, one)
    expect(answer.status).toBe(404)
  })

  test('a revoked session is dead with its next request', async () => {
    const person = await aPerson()
    const second = await signedIn(person.user)
    expect(
      (await call('identity.revokeSession', 'mutation', { sessionId: second.sessionId }, person)).status,
    ).toBe(200)
    expect((await call('identity.me', 'query', undefined, second)).status).toBe(401)
    expect((await call('identity.me', 'query', undefined, person)).status).toBe(200)
  })
})

describe('requests that another site makes a browser send', () => {
  test.each(['https://evil.example', 'null', 'http://localhost.evil.example'])(
    'Origin %s is refused',
    async (origin) => {
      const person = await aPerson()
      const answer = await call(
        'identity.changeProfile',
        'mutation',
        { name: 'Mallory' },
        { ...person, headers: { origin } },
      )
      expect(answer.status).toBe(403)
      expect((await UserModel.findById(person.user.id).lean())?.name).toBe(person.user.name)
    },
  )
})
