import { sessionTokenOf } from '@insula/core/identity'
import { PasswordResetModel, SessionModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password, signedIn } from '@insula/testing'
import { answerRequests } from '@insula/testing/things/notifications'
import { beforeEach, describe, expect, test } from 'vitest'
import { call } from '../http/http.ts'
import { audited, cookieOf, mailsTo, other, post, signIn, tokenFor } from './calls.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
})

describe('a password that changes', () => {
  test('does not for whoever holds a session and does not know the current one', async () => {
    const person = await aPerson({ email })
    const elsewhere = await signedIn(person.user)
    const body = { currentPassword: 'not the password at all', newPassword: other }
    const refused = await post('/change-password', body, person)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      code: 'invalid',
      errors: [{ field: 'currentPassword', message: 'The current password is wrong.' }],
    })
    expect((await signIn({ email, password: other })).status).toBe(401)
    expect((await signIn({ email })).status).toBe(200)
    expect((await call('identity.me', 'query', undefined, elsewhere)).status).toBe(200)
    await answerRequests()
    expect((await audited(person.user.id)).filter((action) => action === 'user.sign-in-failed')).toHaveLength(
      2,
    )
    expect(await mailsTo(email)).not.toContain('password-changed')
  })

  test('by a mailed link: fifty uses of it at once are one; sessions, other links and the lock end', async () => {
    const person = await aPerson({ email })
    await signedIn(person.user)
    await post('/request-password-reset', { email })
    const first = await tokenFor('reset-password', email)
    await post('/request-password-reset', { email: ` ${email.toUpperCase()} ` })
    const token = await tokenFor('reset-password', email)
    expect(token).not.toBe(first)
    for (let guess = 0; guess < 11; guess += 1) await signIn({ email, password: 'not the password at all' })
    expect((await signIn({ email })).status).toBe(429)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/reset-password', { token, newPassword: other })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(49)
    expect(await SessionModel.countDocuments({ userId: person.user.id })).toBe(0)
    expect((await post('/reset-password', { token: first, newPassword: password })).status).toBe(410)
    expect((await signIn({ email, password: other })).status).toBe(200)
    expect((await signIn({ email })).status).toBe(401)
    expect((await audited(person.user.id)).filter((action) => action === 'user.password-reset')).toHaveLength(
      1,
    )
    expect((await mailsTo(email)).filter((template) => template === 'password-changed')).toHaveLength(1)
  })

  test('by its owner: other sessions and every mailed link end, this session stays', async () => {
    const person = await aPerson({ email })
    await signedIn(person.user)
    await post('/request-password-reset', { email })
    const token = await tokenFor('reset-password', email)
    const body = { currentPassword: password, newPassword: other }
    expect((await post('/change-password', body)).status).toBe(401)
    expect((await post('/change-password', body, person)).status).toBe(200)
    const sessions = await SessionModel.find({ userId: person.user.id }).lean()
    expect(sessions.map(({ _id }) => _id)).toEqual([person.sessionId])
    expect((await post('/reset-password', { token, newPassword: password })).status).toBe(410)
    expect((await signIn({ email, password: other })).status).toBe(200)
    expect(await audited(person.user.id)).toContain('user.password-changed')
    expect(await mailsTo(email)).toContain('password-changed')
  })

  test.each([
    ['reset-password', 'newPassword'],
    ['change-password', 'newPassword'],
  ])('%s judges it like a sign-up does, one’s own address and name included', async (path, field) => {
    const person = await aPerson({ email, name: 'Augusta Ada King Lovelace' })
    await post('/request-password-reset', { email })
    const token = await tokenFor('reset-password', email)
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
    expect((await signIn({ email })).status).toBe(200)
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
    const token = await tokenFor('reset-password', email)
    const [row] = await PasswordResetModel.find({}).sort({ expiresAt: -1 }).limit(1).lean()
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000)
    await PasswordResetModel.updateOne({ _id: row?._id }, { expiresAt: new Date() })
    expect((await post('/reset-password', { token, newPassword: other })).status).toBe(410)
    expect((await signIn({ email })).status).toBe(200)
  })
})

describe('a session', () => {
  test('opens and ends with an audit entry each, and its cookie is flagged', async () => {
    const { user } = await aPerson({ email })
    const answer = await signIn({ email })
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
