import { contextOf } from '@insula/api/context'
import { createCaller } from '@insula/api/root'
import { type HintType, hintTypes } from '@insula/contracts'
import { ApiKeyModel, MemberModel, SessionModel } from '@insula/db'
import { closeLive, publishLive } from '@insula/providers/live'
import { aMember, onTheLocalCloud } from '@insula/testing'
import { type Caller, forEachCaller, withCallers } from '@insula/testing/callers'
import { afterAll, expect, test } from 'vitest'

onTheLocalCloud()
const callers = withCallers()
afterAll(() => closeLive())

type Credentials = Pick<Caller, 'cookie' | 'key'>

/** A stream of the tenant's hints, opened by somebody and listening when this returns. */
async function open({ cookie, key }: Credentials, clock?: () => number) {
  const headers = new Headers()
  if (cookie) headers.set('cookie', cookie)
  if (key) headers.set('authorization', `Bearer ${key}`)
  const end = new AbortController()
  const caller = createCaller(contextOf(headers, null, clock), { signal: end.signal })
  const stream = (await caller.events.live())[Symbol.asyncIterator]()
  return {
    /** The id of the next hint that is shown; null when the stream has ended. */
    async next(): Promise<string | null> {
      const { value, done } = await stream.next()
      return done ? null : (value as unknown as [string])[0]
    },
    close: () => end.abort(),
  }
}

const announce = (tenantId: string, type: HintType, id: string = type) =>
  publishLive(tenantId, { id, type, payload: {} })

/** Those of the types that one is shown, up to the last of all, which everybody who is let in is shown. */
async function shown(caller: Caller): Promise<string[]> {
  const { tenant } = callers()
  const stream = await open(caller)
  for (const type of hintTypes) await announce(tenant.id, type)
  await announce(caller.tenantId ?? '', 'tenant.created', 'last')
  const seen: string[] = []
  for (let id = await stream.next(); id !== 'last' && id !== null; id = await stream.next()) seen.push(id)
  stream.close()
  return seen
}

const telling = ['file.changed', 'billing-invoice.paid', 'mail.changed', 'member.joined'] as const
type Told = (typeof telling)[number]
const unauthenticated = { code: 'unauthenticated' }
const forbidden = { code: 'forbidden' }

forEachCaller<Told[] | { code: string }>(
  'of the tenant’s events these are shown',
  {
    nobody: unauthenticated,
    viewer: ['file.changed', 'member.joined'],
    member: ['file.changed', 'member.joined'],
    admin: [...telling],
    owner: [...telling],
    'a removed member': forbidden,
    'the owner of another tenant': [],
    'an expired session': unauthenticated,
    'a revoked session': unauthenticated,
    'a session with a forged signature': unauthenticated,
    'a key with the scope': [...telling],
    'a key without the scope': forbidden,
    'an expired key': unauthenticated,
    'a revoked key': unauthenticated,
    'a key of another tenant': [],
    'a platform admin': forbidden,
    'a platform auditor': forbidden,
  },
  async (name, expected) => {
    const caller = await callers().as(name, 'tenant:read')
    if (!Array.isArray(expected)) {
      const refused = open(caller)
      return expect(refused).rejects.toMatchObject({ cause: expected })
    }
    const seen = await shown(caller)
    expect(telling.filter((type) => seen.includes(type))).toEqual(expected)
  },
)

test('a key is shown what its scopes let it see, and nothing beside', async () => {
  const withoutMail = await callers().as('a key without the scope', 'mail:read')
  const seen = await shown(withoutMail)
  expect(telling.filter((type) => seen.includes(type))).toEqual([
    'file.changed',
    'billing-invoice.paid',
    'member.joined',
  ])
})

interface Member {
  userId: string
  sessionId: string
}
const unwelcome: [string, string, (tenantId: string, member: Member) => Promise<unknown>][] = [
  ['is removed', 'forbidden', (tenantId, { userId }) => MemberModel.deleteOne({ tenantId, userId })],
  ['signs out', 'unauthenticated', (_, { sessionId }) => SessionModel.deleteOne({ _id: sessionId })],
  [
    'stays beyond the end of the session',
    'unauthenticated',
    (_, { sessionId }) => SessionModel.updateOne({ _id: sessionId }, { expiresAt: new Date(0) }),
  ],
  [
    'is demoted to a role that may not see it',
    'last',
    (tenantId, { userId }) => MemberModel.updateOne({ tenantId, userId }, { role: 'viewer' }),
  ],
]
test.each(unwelcome)('the open stream of who %s falls silent', async (_what, expected, happen) => {
  const { tenant } = callers()
  const { person } = await aMember(tenant.id, 'admin')
  let now = 0
  const stream = await open(person, () => now)
  await announce(tenant.id, 'mail.changed', 'before')
  expect(await stream.next()).toBe('before')
  await happen(tenant.id, { userId: person.user.id, sessionId: person.sessionId })
  now = 1_000
  await announce(tenant.id, 'mail.changed', 'secret')
  await announce(tenant.id, 'tenant.created', 'last')
  expect(await stream.next().catch((error: { code?: string }) => error.code)).toBe(expected)
  stream.close()
})

test('while hints flow who may see them is asked once a second, and who is removed sees none after that', async () => {
  const { tenant } = callers()
  const { person } = await aMember(tenant.id, 'admin')
  let now = 0
  const stream = await open(person, () => now)
  const seen: (string | null)[] = []
  const flow = async () => {
    await announce(tenant.id, 'mail.changed', `at ${now}`)
    seen.push(await stream.next().catch((error: { code?: string }) => error.code ?? 'unknown'))
  }
  for (; now <= 500; now += 100) await flow()
  await MemberModel.deleteOne({ tenantId: tenant.id, userId: person.user.id })
  for (; now <= 1_000; now += 100) await flow()
  // Told by what was known at the beginning of that second; the next one is asked about.
  expect(seen).toEqual([...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenths) => `at ${100 * tenths}`), 'forbidden'])
  await announce(tenant.id, 'mail.changed', 'secret')
  expect(await stream.next()).toBeNull()
})

test('who is given a role that may see more is shown it within a second', async () => {
  const { tenant } = callers()
  const { person } = await aMember(tenant.id, 'viewer')
  let now = 0
  const stream = await open(person, () => now)
  await announce(tenant.id, 'mail.changed', 'not for viewers')
  await announce(tenant.id, 'tenant.created', 'for all')
  expect(await stream.next()).toBe('for all')
  await MemberModel.updateOne({ tenantId: tenant.id, userId: person.user.id }, { role: 'admin' })
  now = 1_000
  await announce(tenant.id, 'mail.changed', 'for admins')
  expect(await stream.next()).toBe('for admins')
  stream.close()
})

test('the open stream of a key that is revoked falls silent', async () => {
  const { tenant } = callers()
  const caller = await callers().as('a key without the scope', 'files:write')
  let now = 0
  const stream = await open(caller, () => now)
  await announce(tenant.id, 'file.changed', 'before')
  expect(await stream.next()).toBe('before')
  await ApiKeyModel.updateMany(
    { tenantId: tenant.id, scopes: { $ne: 'files:write' } },
    { revokedAt: new Date() },
  )
  now = 1_000
  await announce(tenant.id, 'file.changed', 'secret')
  await expect(stream.next()).rejects.toMatchObject({ code: 'unauthenticated' })
})
