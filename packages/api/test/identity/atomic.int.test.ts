import { randomUUID } from 'node:crypto'
import {
  AccountModel,
  AuditEntryModel,
  MailModel,
  mongoHandles,
  PasswordResetModel,
  PendingSignUpModel,
  SessionModel,
  UserModel,
} from '@insula/db'
import { aPerson, onTheLocalCloud, password, type SomebodySignedIn, signedIn } from '@insula/testing'
import { answerRequests, mailedLink } from '@insula/testing/things/notifications'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anAddress, call, request } from '../http/http.ts'

onTheLocalCloud()

const newPassword = 'another sentence of small words'
let person: SomebodySignedIn
let second: SomebodySignedIn
let fresh: string
beforeEach(async () => {
  person = await aPerson()
  second = await signedIn(person.user)
  fresh = `${randomUUID()}@example.test`
})

const post = (path: string, body: unknown, more: { cookie?: string } = {}) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress(), ...more })

/** From here on MongoDB refuses to write what `rule` does not match. */
const refuseWrites = (collection: string, rule: object) =>
  mongoHandles().db.command({ collMod: collection, validator: rule })
afterEach(async () => {
  await refuseWrites('audit_entries', {})
  await refuseWrites('mails', {})
})

/** Everything that a change of the account could have left behind. */
async function stored() {
  const userId = person.user.id
  return Promise.all([
    UserModel.find({ email: { $in: [person.user.email, fresh] } }).lean(),
    AccountModel.find({ userId }).lean(),
    SessionModel.find({ userId }).sort({ _id: 1 }).lean(),
    PasswordResetModel.find({ userId }, { heldUntil: 0 }).lean(),
    PendingSignUpModel.find({ _id: { $in: [person.user.email, fresh] } }).lean(),
    AuditEntryModel.collection.countDocuments({ 'actor.id': userId }),
    MailModel.collection.countDocuments({ to: { $in: [person.user.email, fresh] } }),
  ])
}

const acts: [string, 'audit_entries' | 'mails', () => Promise<() => Promise<Response>>][] = [
  [
    'signing in',
    'audit_entries',
    async () => () => post('/sign-in/email', { email: person.user.email, password }),
  ],
  ['signing out', 'audit_entries', async () => () => post('/sign-out', {}, second)],
  [
    'a change of the name',
    'audit_entries',
    async () => () => call('identity.changeProfile', 'mutation', { name: 'Somebody else' }, person),
  ],
  [
    'the end of one session',
    'audit_entries',
    async () => () => call('identity.revokeSession', 'mutation', { sessionId: second.sessionId }, person),
  ],
  [
    'the end of all other sessions',
    'audit_entries',
    async () => () => call('identity.revokeOtherSessions', 'mutation', undefined, person),
  ],
  ...(['audit_entries', 'mails'] as const).flatMap((failing): typeof acts => [
    [
      'a reset',
      failing,
      async () => {
        await post('/request-password-reset', { email: person.user.email })
        const token = (await mailedLink(person.user.email, 'reset-password')).searchParams.get('token')
        return () => post('/reset-password', { token, newPassword })
      },
    ],
    [
      'a change of the password',
      failing,
      async () => () => post('/change-password', { currentPassword: password, newPassword }, person),
    ],
  ]),
  [
    'the proof of an address',
    'audit_entries',
    async () => {
      await post('/sign-up/email', { name: 'Ada', email: fresh, password })
      const token = (await mailedLink(fresh, 'verify-email')).searchParams.get('token')
      return () => post('/verify-email', { token, password })
    },
  ],
]

test.each(acts)(
  '%s of which the row in %s fails changes nothing, and works afterwards',
  async (_what, failing, arrange) => {
    const act = await arrange()
    await answerRequests()
    const before = await stored()
    await refuseWrites(failing, { _id: 'nothing' })
    expect((await act()).status).toBe(500)
    expect(await stored()).toEqual(before)
    await refuseWrites(failing, {})
    expect((await act()).status).toBe(200)
    expect(await stored()).not.toEqual(before)
  },
)

test('a name that is there already leaves no entry, and neither does the end of no session', async () => {
  await SessionModel.deleteOne({ _id: second.sessionId })
  const before = await stored()
  await call('identity.changeProfile', 'mutation', { name: person.user.name }, person)
  await call('identity.revokeOtherSessions', 'mutation', undefined, person)
  expect(await stored()).toEqual(before)
})
