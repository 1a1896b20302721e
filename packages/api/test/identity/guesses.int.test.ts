import { forgetGuesses } from '@insula/core/identity'
import { AccountRequestModel, AuditEntryModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { answerRequests } from '@insula/testing/things/notifications'
import { beforeEach, describe, expect, test } from 'vitest'
import { anAddress } from '../http/http.ts'
import { audited, other, post, signIn } from './calls.ts'

onTheLocalCloud()

let email: string
beforeEach(() => {
  email = `ada-${crypto.randomUUID().slice(0, 8)}@example.test`
})

describe('guessing', () => {
  const wrong = 'not the password at all'

  test('of two hundred guesses at once ten are judged, whatever the spelling of the address', async () => {
    const person = await aPerson({ email })
    const wide = email.replace('a', '\uff41')
    const spellings = [email, email.toUpperCase(), ` ${email}`, `${email}\t`, wide, email.replace('d', 'D')]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, guess) =>
        signIn({ email: spellings[guess % spellings.length] ?? email, password: `${wrong} ${guess}` }),
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
    for (let guess = 0; guess < 10; guess += 1)
      expect((await signIn({ email, password: wrong })).status).toBe(401)
    const locked = await signIn({ email })
    expect(locked.status).toBe(429)
    const seconds = Number(locked.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(800)
    expect(seconds).toBeLessThanOrEqual(900)
    expect((await locked.json()).detail).toMatch(/^Too many wrong passwords\. Try again in 15 minutes/)
  })

  test('signing in rightly costs nothing, however often', async () => {
    await aPerson({ email })
    for (let time = 0; time < 15; time += 1) expect((await signIn({ email })).status).toBe(200)
    for (let guess = 0; guess < 9; guess += 1) await signIn({ email, password: wrong })
    expect((await signIn({ email })).status).toBe(200)
  })

  test('the current password is guessed from the same ten', async () => {
    const person = await aPerson({ email })
    const change = (currentPassword: string) =>
      post('/change-password', { currentPassword, newPassword: other }, person)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, guess) =>
        guess % 2 ? change(wrong) : signIn({ email, password: wrong }),
      ),
    )
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(10)
    expect((await change(password)).status).toBe(429)
    expect((await signIn({ email, password: other })).status).toBe(429)
    await forgetGuesses(email)
    expect((await signIn({ email })).status).toBe(200)
  })

  test('guesses at addresses that nobody has are counted alike and leave nothing', async () => {
    await answerRequests()
    const before = await AuditEntryModel.collection.countDocuments()
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn({ email, password: wrong })))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    await answerRequests()
    expect(await AccountRequestModel.countDocuments({ email })).toBe(0)
    expect(await AuditEntryModel.collection.countDocuments()).toBe(before)
  })

  test('one network may ask for twenty links an hour, and no more; others are not held up by it', async () => {
    const address = anAddress()
    const ask = (from: string) => post('/request-password-reset', { email }, { address: from })
    for (let asked = 0; asked < 20; asked += 1) expect((await ask(address)).status).toBe(200)
    const refused = await ask(address)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000)
    expect((await ask(anAddress())).status).toBe(200)
  })

  test('a wrong password and an unknown address get the same answer', async () => {
    const { user } = await aPerson()
    const known = await signIn({ email: user.email, password: wrong })
    const unknown = await signIn({ email, password: wrong })
    const told = async (answer: Response) => ({ ...(await answer.json()), requestId: null })
    expect(await told(known)).toEqual(await told(unknown))
    expect(known.status).toBe(401)
  })
})
