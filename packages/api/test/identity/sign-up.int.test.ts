import {
  AccountModel,
  AccountRequestModel,
  AuditEntryModel,
  EventModel,
  PendingSignUpModel,
  SessionModel,
  UserModel,
} from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { answerRequests } from '@insula/testing/things/notifications'
import { beforeEach, describe, expect, test } from 'vitest'
import { call } from '../http/http.ts'
import { audited, cookieOf, mailsTo, other, post, signIn, signUp, tokenFor } from './calls.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
})

describe('signing up', () => {
  test.each([
    [{ password: 'too short' }, 'password', /15 characters/],
    [{ password: 'passwordpassword' }, 'password', /short pattern|attacker/],
    [{ name: '   ' }, 'name', /name/],
    [{ email: 'nobody' }, 'email', /address/],
  ])('%o is refused with what to do, and leaves nothing', async (body, field, message) => {
    const answer = await signUp({ email, ...body })
    expect(answer.status).toBe(400)
    expect((await answer.json()).errors).toMatchObject([{ field, message: expect.stringMatching(message) }])
    expect(await PendingSignUpModel.countDocuments({ _id: email })).toBe(0)
    expect(await AccountRequestModel.countDocuments({ email })).toBe(0)
  })

  test('makes nobody before the address is proven: no person, event, audit entry or welcome', async () => {
    await answerRequests()
    const [events, entries] = [EventModel, AuditEntryModel].map((model) => model.collection)
    const before = await Promise.all([events?.countDocuments(), entries?.countDocuments()])
    expect((await signUp({ email })).status).toBe(200)
    await answerRequests()
    expect(await UserModel.countDocuments({ email })).toBe(0)
    expect(await Promise.all([events?.countDocuments(), entries?.countDocuments()])).toEqual(before)
    expect(await mailsTo(email)).toEqual(['verify-email'])
  })

  test('proof in the browser that signed up makes the account and opens a session', async () => {
    const cookie = cookieOf(await signUp({ email }))
    const answer = await post('/verify-email', { token: await tokenFor('verify-email', email) }, { cookie })
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
    expect((await signIn({ email })).status).toBe(200)
  })

  test('whatever a stranger set before ends with the proof, whoever came last', async () => {
    for (const order of [
      ['stranger', 'owner'],
      ['owner', 'stranger'],
    ]) {
      email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
      let [strangers, owners] = ['', '']
      for (const who of order) {
        const cookie = cookieOf(await signUp({ email, password: who === 'owner' ? other : password }))
        if (who === 'owner') owners = cookie
        else strangers = cookie
        await answerRequests()
      }
      const token = await tokenFor('verify-email', email)
      const first = await post('/verify-email', { token }, { cookie: owners })
      // Whose sign-up was replaced is another browser than the one that signed up last.
      expect(first.status).toBe(order[1] === 'owner' ? 200 : 400)
      if (first.status === 400) {
        expect((await first.json()).errors).toMatchObject([{ field: 'password' }])
        expect((await post('/verify-email', { token, password: other })).status).toBe(200)
      }
      expect((await signIn({ email, password: other })).status).toBe(200)
      expect((await signIn({ email, password })).status).toBe(401)
      expect((await post('/verify-email', { token }, { cookie: strangers })).status).toBe(410)
    }
  })

  test('from another browser the password of the sign-up is taken, and a new one is judged', async () => {
    await signUp({ email })
    const token = await tokenFor('verify-email', email)
    expect((await post('/verify-email', { token })).status).toBe(400)
    expect((await post('/verify-email', { token }, { cookie: 'insula.sign-up=guessed' })).status).toBe(400)
    const weak = await post('/verify-email', { token, password: 'too short' })
    expect((await weak.json()).errors).toMatchObject([{ field: 'password' }])
    const own = await post('/verify-email', { token, password: email.padEnd(15, '.') })
    expect((await own.json()).errors).toMatchObject([{ field: 'password' }])
    expect(await UserModel.countDocuments({ email })).toBe(0)
    expect((await post('/verify-email', { token, password })).status).toBe(200)
    expect((await signIn({ email })).status).toBe(200)
  })

  test('a newer mail ends the link of the former, and a link works once of twenty at the same time', async () => {
    const cookie = cookieOf(await signUp({ email }))
    const former = await tokenFor('verify-email', email)
    await post('/send-verification-email', { email })
    const token = await tokenFor('verify-email', email)
    expect((await post('/verify-email', { token: former }, { cookie })).status).toBe(410)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/verify-email', { token }, { cookie })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(19)
    expect(await UserModel.countDocuments({ email })).toBe(1)
  })

  test('an expired link says that it is, and a new one is sent for the same sign-up', async () => {
    const cookie = cookieOf(await signUp({ email }))
    const token = await tokenFor('verify-email', email)
    await PendingSignUpModel.updateOne({ _id: email }, { tokenExpiresAt: new Date() })
    expect((await post('/verify-email', { token }, { cookie })).status).toBe(410)
    await post('/send-verification-email', { email })
    const again = await post('/verify-email', { token: await tokenFor('verify-email', email) }, { cookie })
    expect(again.status).toBe(200)
  })

  test('without a mail, since there were too many, the link mailed before stays good', async () => {
    await signUp({ email })
    for (let time = 0; time < 6; time += 1) {
      await post('/send-verification-email', { email })
      await answerRequests()
    }
    expect(await mailsTo(email)).toHaveLength(5)
    const token = await tokenFor('verify-email', email)
    expect((await post('/verify-email', { token, password })).status).toBe(200)
  })

  test('a taken address gets the same answer, changes nothing, and its owner a mail with a way on', async () => {
    const { user } = await aPerson()
    const [taken, fresh] = [await signUp({ email: user.email, password: other }), await signUp({ email })]
    expect(taken.status).toBe(fresh.status)
    expect(await taken.text()).toBe(await fresh.text())
    await answerRequests()
    expect(await mailsTo(user.email)).toEqual(['already-registered'])
    expect(await PendingSignUpModel.countDocuments({ _id: user.email })).toBe(0)
    expect((await signIn({ email: user.email, password: other })).status).toBe(401)
    expect((await signIn({ email: user.email })).status).toBe(200)
  })

  test('ten at once for one address get equal answers and become one person', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => signUp({ email })))
    const told = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`))
    expect(new Set(told)).toEqual(new Set(['200 {"status":true}']))
    expect(await PendingSignUpModel.countDocuments({ _id: email })).toBe(1)
    const token = await tokenFor('verify-email', email)
    expect((await post('/verify-email', { token, password })).status).toBe(200)
    expect(await UserModel.countDocuments({ email })).toBe(1)
    expect(await AccountModel.countDocuments({})).toBe(await UserModel.countDocuments({}))
  })

  test('signing in before the proof mails the link again, to who knows the password alone', async () => {
    await signUp({ email })
    await answerRequests()
    expect((await signIn({ email, password: other })).status).toBe(401)
    const answer = await signIn({ email })
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
    expect((await signIn({ email })).status).toBe(401)
    const cookie = cookieOf(await signUp({ email, password: other }))
    const proof = { token: await tokenFor('verify-email', email) }
    expect((await post('/verify-email', proof, { cookie })).status).toBe(200)
    expect((await signIn({ email })).status).toBe(401)
    expect((await signIn({ email, password: other })).status).toBe(200)
    expect(await SessionModel.countDocuments({ userId: person.user.id })).toBe(0)
    expect(await AccountModel.countDocuments({ userId: person.user.id })).toBe(0)
  })
})
