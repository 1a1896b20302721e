import { randomUUID } from 'node:crypto'
import { auth } from '@insula/core/identity/auth'
import { sessionTokenOf } from '@insula/core/identity/cookies'
import { forgetGuesses } from '@insula/core/identity/limits'
import {
  AccountModel,
  AccountRequestModel,
  AuditEntryModel,
  acrossTenants,
  EventModel,
  MailModel,
  PasswordResetModel,
  PendingSignUpModel,
  SessionModel,
  UserModel,
} from '@insula/db'
import { aPerson, onTheLocalCloud, password, signedIn } from '@insula/testing'
import { answerRequests, mailedLink } from '@insula/testing/mail'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anAddress, call, request } from './http.ts'

onTheLocalCloud()

const other = 'another sentence of small words'
let email: string
beforeEach(() => {
  email = `ada-${randomUUID().slice(0, 8)}@example.test`
})

/** Each call from a network of its own, so that what is counted by network does not stand in the way. */
const post = (path: string, body: unknown, more: { cookie?: string; address?: string } = {}) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress(), ...more })
const signUp = (body: object = {}, more = {}) =>
  post('/sign-up/email', { name: 'Ada', email, password, ...body }, more)
const signIn = (body: object = {}, more = {}) => post('/sign-in/email', { email, password, ...body }, more)
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
const tokenFor = async (template: 'verify-email' | 'reset-password', to = email) =>
  (await mailedLink(to, template)).searchParams.get('token') ?? ''
const audited = async (userId: string) => {
  const entries = await acrossTenants(
    AuditEntryModel.find({ tenantId: null, 'actor.id': userId }).sort({ _id: 1 }).lean(),
    'a test',
  )
  return entries.map(({ action }) => action)
}
const mailsTo = async (to: string) => {
  const mails = await acrossTenants(MailModel.find({ to }).sort({ _id: 1 }).lean(), 'a test')
  return mails.map(({ template }) => template)
}

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
    await signUp()
    await post('/request-password-reset', { email: person.user.email })
    const [proof, reset] = [
      await tokenFor('verify-email'),
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

describe('signing up', () => {
  test.each([
    [{ password: 'too short' }, 'password', /15 characters/],
    [{ password: 'passwordpassword' }, 'password', /short pattern|attacker/],
    [{ name: '   ' }, 'name', /name/],
    [{ email: 'nobody' }, 'email', /address/],
  ])('%o is refused with what to do, and leaves nothing', async (body, field, message) => {
    const answer = await signUp(body)
    expect(answer.status).toBe(400)
    expect((await answer.json()).errors).toMatchObject([{ field, message: expect.stringMatching(message) }])
    expect(await PendingSignUpModel.countDocuments({ _id: email })).toBe(0)
    expect(await AccountRequestModel.countDocuments({ email })).toBe(0)
  })

  test('makes nobody before the address is proven: no person, event, audit entry or welcome', async () => {
    await answerRequests()
    const [events, entries] = [EventModel, AuditEntryModel].map((model) => model.collection)
    const before = await Promise.all([events?.countDocuments(), entries?.countDocuments()])
    expect((await signUp()).status).toBe(200)
    await answerRequests()
    expect(await UserModel.countDocuments({ email })).toBe(0)
    expect(await Promise.all([events?.countDocuments(), entries?.countDocuments()])).toEqual(before)
    expect(await mailsTo(email)).toEqual(['verify-email'])
  })

  test('proof in the browser that signed up makes the account and opens a session', async () => {
    const cookie = cookieOf(await signUp())
    const answer = await post('/verify-email', { token: await tokenFor('verify-email') }, { cookie })
    expect(answer.status).toBe(200)
    const me = await call('identity.me', 'query', undefined, { cookie: cookieOf(answer) })
    const { user } = (await me.json()).result.data
    expect(user).toMatchObject({
      id: expect.stringMatching(/^usr_/),
      email,
      name: 'Ada',
      emailVerified: true,
    })
    expect(await audited(user.id)).toEqual(['user.registered', 'user.email-verified', 'user.signed-in'])
    expect(await EventModel.countDocuments({ 'payload.userId': user.id, type: 'user.registered' })).toBe(1)
    expect((await signIn()).status).toBe(200)
  })

  test('whatever a stranger set before ends with the proof, whoever came last', async () => {
    for (const order of [
      ['stranger', 'owner'],
      ['owner', 'stranger'],
    ]) {
      email = `ada-${randomUUID().slice(0, 8)}@example.test`
      let [strangers, owners] = ['', '']
      for (const who of order) {
        const cookie = cookieOf(await signUp({ password: who === 'owner' ? other : password }))
        if (who === 'owner') owners = cookie
        else strangers = cookie
        await answerRequests()
      }
      const token = await tokenFor('verify-email')
      const first = await post('/verify-email', { token }, { cookie: owners })
      // Whose sign-up was replaced is another browser than the one that signed up last.
      expect(first.status).toBe(order[1] === 'owner' ? 200 : 400)
      if (first.status === 400) {
        expect((await first.json()).errors).toMatchObject([{ field: 'password' }])
        expect((await post('/verify-email', { token, password: other })).status).toBe(200)
      }
      expect((await signIn({ password: other })).status).toBe(200)
      expect((await signIn({ password })).status).toBe(401)
      expect((await post('/verify-email', { token }, { cookie: strangers })).status).toBe(410)
    }
  })

  test('from another browser the password of the sign-up is taken, and a new one is judged', async () => {
    await signUp()
    const token = await tokenFor('verify-email')
    expect((await post('/verify-email', { token })).status).toBe(400)
    expect((await post('/verify-email', { token }, { cookie: 'insula.sign-up=guessed' })).status).toBe(400)
    const weak = await post('/verify-email', { token, password: 'too short' })
    expect((await weak.json()).errors).toMatchObject([{ field: 'password' }])
    const own = await post('/verify-email', { token, password: email.padEnd(15, '.') })
    expect((await own.json()).errors).toMatchObject([{ field: 'password' }])
    expect(await UserModel.countDocuments({ email })).toBe(0)
    expect((await post('/verify-email', { token, password })).status).toBe(200)
    expect((await signIn()).status).toBe(200)
  })

  test('a newer mail ends the link of the former, and a link works once of twenty at the same time', async () => {
    const cookie = cookieOf(await signUp())
    const former = await tokenFor('verify-email')
    await post('/send-verification-email', { email })
    const token = await tokenFor('verify-email')
    expect((await post('/verify-email', { token: former }, { cookie })).status).toBe(410)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/verify-email', { token }, { cookie })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19)
    expect(await UserModel.countDocuments({ email })).toBe(1)
  })

  test('an expired link says that it is, and a new one is sent for the same sign-up', async () => {
    const cookie = cookieOf(await signUp())
    const token = await tokenFor('verify-email')
    await PendingSignUpModel.updateOne({ _id: email }, { tokenExpiresAt: new Date() })
    expect((await post('/verify-email', { token }, { cookie })).status).toBe(410)
    await post('/send-verification-email', { email })
    const again = await post('/verify-email', { token: await tokenFor('verify-email') }, { cookie })
    expect(again.status).toBe(200)
  })

  test('without a mail, since there were too many, the link mailed before stays good', async () => {
    await signUp()
    for (let time = 0; time < 6; time += 1) {
      await post('/send-verification-email', { email })
      await answerRequests()
    }
    expect(await mailsTo(email)).toHaveLength(5)
    const token = await tokenFor('verify-email')
    expect((await post('/verify-email', { token, password })).status).toBe(200)
  })

  test('a taken address gets the same answer, changes nothing, and its owner a mail with a way on', async () => {
    const { user } = await aPerson()
    const [taken, fresh] = [await signUp({ email: user.email, password: other }), await signUp()]
    expect(taken.status).toBe(fresh.status)
    expect(await taken.text()).toBe(await fresh.text())
    await answerRequests()
    expect(await mailsTo(user.email)).toEqual(['already-registered'])
    expect(await PendingSignUpModel.countDocuments({ _id: user.email })).toBe(0)
    expect((await signIn({ email: user.email, password: other })).status).toBe(401)
    expect((await signIn({ email: user.email })).status).toBe(200)
  })

  test('ten at once for one address get equal answers and become one person', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => signUp()))
    const told = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`))
    expect(new Set(told)).toEqual(new Set(['200 {"status":true}']))
    expect(await PendingSignUpModel.countDocuments({ _id: email })).toBe(1)
    const token = await tokenFor('verify-email')
    expect((await post('/verify-email', { token, password })).status).toBe(200)
    expect(await UserModel.countDocuments({ email })).toBe(1)
    expect(await AccountModel.countDocuments({})).toBe(await UserModel.countDocuments({}))
  })

  test('signing in before the proof mails the link again, to who knows the password alone', async () => {
    await signUp()
    await answerRequests()
    expect((await signIn({ password: other })).status).toBe(401)
    const answer = await signIn()
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'email_unverified' })
    expect(answer.headers.getSetCookie()).toEqual([])
    await answerRequests()
    expect(await mailsTo(email)).toEqual(['verify-email', 'verify-email'])
  })

  test('somebody whose row is from before, unproven, is no one: the proof replaces them with all they had', async () => {
    const person = await aPerson({ email })
    await UserModel.updateOne({ _id: person.user.id }, { emailVerified: false })
    expect((await call('identity.me', 'query', undefined, person)).status).toBe(401)
    expect((await signIn()).status).toBe(401)
    const cookie = cookieOf(await signUp({ password: other }))
    const proof = { token: await tokenFor('verify-email') }
    expect((await post('/verify-email', proof, { cookie })).status).toBe(200)
    expect((await signIn()).status).toBe(401)
    expect((await signIn({ password: other })).status).toBe(200)
    expect(await SessionModel.countDocuments({ userId: person.user.id })).toBe(0)
    expect(await AccountModel.countDocuments({ userId: person.user.id })).toBe(0)
  })
})

describe('guessing', () => {
  const wrong = 'not the password at all'

  test('of two hundred guesses at once ten are judged, whatever the spelling of the address', async () => {
    const person = await aPerson({ email })
    const wide = email.replace('a', '\uff41')
    const spellings = [email, email.toUpperCase(), ` ${email}`, `${email}\t`, wide, email.replace('d', 'D')]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, guess) =>
        signIn({ email: spellings[guess % spellings.length], password: `${wrong} ${guess}` }),
      ),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(190)
    await answerRequests()
    const entries = await audited(person.user.id)
    expect(entries.filter((action) => action === 'user.sign-in-failed')).toHaveLength(10)
    expect(entries.filter((action) => action === 'user.locked')).toHaveLength(1)
  })

  test('a lock says when to come back, in words and in Retry-After, even for the right password', async () => {
    await aPerson({ email })
    for (let guess = 0; guess < 10; guess += 1) expect((await signIn({ password: wrong })).status).toBe(401)
    const locked = await signIn()
    expect(locked.status).toBe(429)
    const seconds = Number(locked.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(800)
    expect(seconds).toBeLessThanOrEqual(900)
    expect((await locked.json()).detail).toMatch(/^Too many wrong passwords\. Try again in 15 minutes/)
  })

  test('signing in rightly costs nothing, however often', async () => {
    await aPerson({ email })
    for (let time = 0; time < 15; time += 1) expect((await signIn()).status).toBe(200)
    for (let guess = 0; guess < 9; guess += 1) await signIn({ password: wrong })
    expect((await signIn()).status).toBe(200)
  })

  test('the current password is guessed from the same ten', async () => {
    const person = await aPerson({ email })
    const change = (currentPassword: string) =>
      post('/change-password', { currentPassword, newPassword: other }, person)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, guess) => (guess % 2 ? change(wrong) : signIn({ password: wrong }))),
    )
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(10)
    expect((await change(password)).status).toBe(429)
    expect((await signIn({ password: other })).status).toBe(429)
    await forgetGuesses(email)
    expect((await signIn()).status).toBe(200)
  })

  test('guesses at addresses that nobody has are counted alike and leave nothing', async () => {
    await answerRequests()
    const before = await AuditEntryModel.collection.countDocuments()
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn({ password: wrong })))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    await answerRequests()
    expect(await AccountRequestModel.countDocuments({ email })).toBe(0)
    expect(await AuditEntryModel.collection.countDocuments()).toBe(before)
  })

  test('a wrong password and an unknown address get the same answer', async () => {
    const { user } = await aPerson()
    const known = await signIn({ email: user.email, password: wrong })
    const unknown = await signIn({ password: wrong })
    const told = async (answer: Response) => ({ ...(await answer.json()), requestId: null })
    expect(await told(known)).toEqual(await told(unknown))
    expect(known.status).toBe(401)
  })
})

describe('a password that changes', () => {
  test('by a mailed link: fifty uses of it at once are one; sessions, other links and the lock end', async () => {
    const person = await aPerson({ email })
    await signedIn(person.user)
    await post('/request-password-reset', { email })
    const first = await tokenFor('reset-password')
    await post('/request-password-reset', { email: ` ${email.toUpperCase()} ` })
    const token = await tokenFor('reset-password')
    expect(token).not.toBe(first)
    for (let guess = 0; guess < 11; guess += 1) await signIn({ password: 'not the password at all' })
    expect((await signIn()).status).toBe(429)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/reset-password', { token, newPassword: other })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(49)
    expect(await SessionModel.countDocuments({ userId: person.user.id })).toBe(0)
    expect((await post('/reset-password', { token: first, newPassword: password })).status).toBe(410)
    expect((await signIn({ password: other })).status).toBe(200)
    expect((await signIn()).status).toBe(401)
    expect((await audited(person.user.id)).filter((action) => action === 'user.password-reset')).toHaveLength(
      1,
    )
    expect((await mailsTo(email)).filter((template) => template === 'password-changed')).toHaveLength(1)
  })

  test('by its owner: other sessions and every mailed link end, this session stays', async () => {
    const person = await aPerson({ email })
    await signedIn(person.user)
    await post('/request-password-reset', { email })
    const token = await tokenFor('reset-password')
    const body = { currentPassword: password, newPassword: other }
    expect((await post('/change-password', body)).status).toBe(401)
    expect((await post('/change-password', body, person)).status).toBe(200)
    const sessions = await SessionModel.find({ userId: person.user.id }).lean()
    expect(sessions.map(({ _id }) => _id)).toEqual([person.sessionId])
    expect((await post('/reset-password', { token, newPassword: password })).status).toBe(410)
    expect((await signIn({ password: other })).status).toBe(200)
    expect(await audited(person.user.id)).toContain('user.password-changed')
    expect(await mailsTo(email)).toContain('password-changed')
  })

  test.each([
    ['reset-password', 'newPassword'],
    ['change-password', 'newPassword'],
  ])('%s judges it like a sign-up does, one’s own address and name included', async (path, field) => {
    const person = await aPerson({ email, name: 'Augusta Ada King Lovelace' })
    await post('/request-password-reset', { email })
    const token = await tokenFor('reset-password')
    for (const newPassword of [
      'short',
      email.padEnd(16, '1'),
      'augusta ada king lovelace',
      'passwordpassword',
    ]) {
      const body = path === 'reset-password' ? { token } : { currentPassword: password }
      const answer = await post(`/${path}`, { ...body, newPassword }, person)
      expect(`${newPassword} ${answer.status}`).toBe(`${newPassword} 400`)
      expect((await answer.json()).errors).toMatchObject([{ field }])
    }
    expect((await signIn()).status).toBe(200)
  })

  test('an unknown address gets the same answer to a reset, and no mail', async () => {
    const { user } = await aPerson()
    const known = await post('/request-password-reset', { email: user.email })
    const unknown = await post('/request-password-reset', { email })
    expect([unknown.status, await unknown.text()]).toEqual([known.status, await known.text()])
    await answerRequests()
    expect(await mailsTo(email)).toEqual([])
  })

  test('the token of a reset lives for an hour, and is not stored', async () => {
    await aPerson({ email })
    await post('/request-password-reset', { email })
    const token = await tokenFor('reset-password')
    const [row] = await PasswordResetModel.find({}).sort({ expiresAt: -1 }).limit(1).lean()
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000)
    await PasswordResetModel.updateOne({ _id: row?._id }, { expiresAt: new Date() })
    expect((await post('/reset-password', { token, newPassword: other })).status).toBe(410)
    expect((await signIn()).status).toBe(200)
  })
})

describe('a session', () => {
  test('opens and ends with an audit entry each, and its cookie is flagged', async () => {
    const { user } = await aPerson({ email })
    const answer = await signIn()
    const [set = ''] = answer.headers.getSetCookie()
    expect(answer.headers.getSetCookie()).toHaveLength(1)
    for (const flag of [/HttpOnly/, /SameSite=Lax/, /Path=\//, /Max-Age=12\d{5}/]) expect(set).toMatch(flag)
    const cookie = cookieOf(answer)
    expect(sessionTokenOf(new Headers({ cookie }))).not.toBeNull()
    const out = await post('/sign-out', {}, { cookie })
    expect(out.headers.getSetCookie()[0]).toMatch(/Max-Age=0/)
    expect((await call('identity.me', 'query', undefined, { cookie })).status).toBe(401)
    expect(await audited(user.id)).toEqual(['user.registered', 'user.signed-in', 'user.signed-out'])
  })

  test('signing out of one that is over is no failure and leaves no entry', async () => {
    const person = await aPerson()
    await SessionModel.updateOne({ _id: person.sessionId }, { expiresAt: new Date() })
    expect((await post('/sign-out', {}, person)).status).toBe(200)
    expect((await post('/sign-out', {})).status).toBe(200)
    expect(await audited(person.user.id)).toEqual(['user.registered'])
  })
})
