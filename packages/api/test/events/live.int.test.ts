import { contextOf } from '@insula/api/context'
import { createCaller } from '@insula/api/root'
import { type HintType, hintTypes } from '@insula/contracts'
import { ApiKeyModel, MemberModel, SessionModel } from '@insula/db'
import { cache } from '@insula/providers/cache'
import { closeLive, publishLive } from '@insula/providers/live'
import { aMember, onTheLocalCloud } from '@insula/testing'
import { type Caller, forEachCaller, withCallers } from '@insula/testing/callers'
import { afterAll, expect, test } from 'vitest'

onTheLocalCloud()
const callers = withCallers()
afterAll(() => closeLive())

type Credentials = Pick<Caller, 'cookie' | 'key'>

/** A stream of the tenant's events, opened by somebody and listening when this returns. */
async function open({ cookie, key }: Credentials, tenantId: string) {
  const headers = new Headers()
  if (cookie) headers.set('cookie', cookie)
  if (key) headers.set('authorization', `Bearer ${key}`)
  const end = new AbortController()
  const opened = await createCaller(contextOf(headers), { signal: end.signal }).events.live()
  const stream = opened[Symbol.asyncIterator]()
  let first: ReturnType<typeof stream.next> | undefined = stream.next()
  first.catch(() => {}) // awaited below
  const probe = JSON.stringify({ id: 'probe', type: 'tenant.created', payload: {} })
  while ((await cache().publish(`live:${tenantId}`, probe)) === 0);
  return {
    /** The id of the next event that is shown; null when the stream has ended. */
    async next(): Promise<string | null> {
      const { value, done } = await (first ?? stream.next())
      first = undefined
      if (done) return null
      const [id] = value as unknown as [string]
      return id === 'probe' ? this.next() : id
    },
    close: () => end.abort(),
  }
}

const announce = (tenantId: string, type: HintType, id: string = type) =>
  publishLive(tenantId, { id, type, payload: {} })

/** Those of the types that one is shown, up to the last of all, which everybody who is let in is shown. */
async function shown(caller: Caller): Promise<string[]> {
  const { tenant } = callers()
  const stream = await open(caller, caller.tenantId ?? '')
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
      const refused = open(caller, callers().tenant.id)
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
  const stream = await open(person, tenant.id)
  await announce(tenant.id, 'mail.changed', 'before')
  expect(await stream.next()).toBe('before')
  await happen(tenant.id, { userId: person.user.id, sessionId: person.sessionId })
  await announce(tenant.id, 'mail.changed', 'secret')
  await announce(tenant.id, 'tenant.created', 'last')
  expect(await stream.next().catch((error: { code?: string }) => error.code)).toBe(expected)
  stream.close()
})

test('the open stream of a key that is revoked falls silent', async () => {
  const { tenant } = callers()
  const caller = await callers().as('a key without the scope', 'files:write')
  const stream = await open(caller, tenant.id)
  await announce(tenant.id, 'file.changed', 'before')
  expect(await stream.next()).toBe('before')
  await ApiKeyModel.updateMany(
    { tenantId: tenant.id, scopes: { $ne: 'files:write' } },
    { revokedAt: new Date() },
  )
  await announce(tenant.id, 'file.changed', 'secret')
  await expect(stream.next()).rejects.toMatchObject({ code: 'unauthenticated' })
})
