import { allProcedures } from '@insula/api/procedures'
import { serverCaller } from '@insula/api/server-caller'
import { madeForHeaders, madeForNone } from '@insula/contracts'
import { createApiKey } from '@insula/core/access'
import { addMember, switchTenant } from '@insula/core/tenants'
import { AuditEntryModel, MemberModel, SessionModel, UserModel } from '@insula/db'
import { cache } from '@insula/providers/cache'
import { publishLive } from '@insula/providers/live'
import { aPerson, aTenant, onTheLocalCloud, type SomebodySignedIn, signedIn } from '@insula/testing'
import { must } from '@insula/testing/must'
import { beforeEach, describe, expect, test } from 'vitest'
import { call, request } from './http/http.ts'

onTheLocalCloud()

let ada: SomebodySignedIn
let tenantId: string
beforeEach(async () => {
  const made = await aTenant()
  ada = made.owner
  tenantId = made.tenant.id
  await UserModel.updateOne({ _id: ada.user.id }, { platformRole: 'admin' })
})

/** What the page of somebody says of itself. */
const pageHeaders = (person: SomebodySignedIn, tenant: string | null = tenantId) => ({
  [madeForHeaders.person]: person.user.id,
  [madeForHeaders.session]: person.sessionId,
  [madeForHeaders.tenant]: tenant ?? madeForNone,
})
const pageOfNobody = {
  [madeForHeaders.person]: madeForNone,
  [madeForHeaders.session]: madeForNone,
  [madeForHeaders.tenant]: madeForNone,
}

const codeOf = async (answer: Response) => {
  const body = await answer.json()
  return `${answer.status} ${(Array.isArray(body) ? body[0] : body).error?.data.refusal?.code ?? 'done'}`
}

describe('a page itself is made for whoever holds its cookie', () => {
  const beside: [string, Record<string, string>][] = [
    ['an API key', { authorization: 'Bearer ins_anything' }],
    ['a page of nobody', pageOfNobody],
    [
      'a page of somebody else',
      { [madeForHeaders.person]: 'usr_another', [madeForHeaders.tenant]: 'ten_another' },
    ],
  ]
  test.each(beside)('also when it is asked for with what says %s', async (_, headers) => {
    const caller = await serverCaller(new Headers({ cookie: ada.cookie, ...headers }))
    expect((await caller.identity.me()).user.id).toBe(ada.user.id)
    const withoutCookie = await serverCaller(new Headers(headers))
    await expect(withoutCookie.identity.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

/** Streams say their params in the address; everything else in headers. */
function ask(
  { path, type }: { path: string; type: 'query' | 'mutation' | 'subscription' },
  cookie: string,
  page: Record<string, string>,
) {
  if (type === 'subscription') {
    const params = encodeURIComponent(JSON.stringify(page))
    return request(`/api/trpc/${path}?connectionParams=${params}`, { cookie })
  }
  return call(path, type, {}, { cookie, headers: page })
}

const gated = allProcedures().filter(({ meta }) => meta.gate)
const byScope = (scope: string) => gated.filter(({ meta }) => meta.gate?.scope === scope)

describe.each(['public', 'person', 'tenant', 'platform'])('the gate “%s”', (scope) => {
  const refusedAs = async (cookie: string, page: Record<string, string>) => {
    const answers: string[] = []
    for (const procedure of byScope(scope)) {
      const answer = await ask(procedure, cookie, page)
      answers.push(procedure.type === 'subscription' ? await streamCode(answer) : await codeOf(answer))
    }
    return [...new Set(answers)]
  }

  test('refuses a page that was made for another person', async () => {
    const bob = await aPerson()
    expect(
      await refusedAs(ada.cookie, { ...pageHeaders(ada), [madeForHeaders.person]: bob.user.id }),
    ).toEqual(['403 session_mismatch'])
  })

  test('refuses a page that was made for another session of the same person', async () => {
    const earlier = await signedIn(ada.user)
    expect(await refusedAs(ada.cookie, pageHeaders(earlier))).toEqual(['403 session_mismatch'])
  })

  test('refuses a page that was made for another tenant, or for none', async () => {
    const other = await aTenant()
    expect(await refusedAs(ada.cookie, pageHeaders(ada, other.tenant.id))).toEqual(['403 tenant_mismatch'])
    expect(await refusedAs(ada.cookie, pageHeaders(ada, null))).toEqual(['403 tenant_mismatch'])
  })

  test('refuses a page that was made for nobody while somebody is signed in', async () => {
    expect(await refusedAs(ada.cookie, pageOfNobody)).toEqual(['403 session_mismatch'])
  })

  test('refuses what a page of somebody asks after they signed out', async () => {
    await SessionModel.deleteOne({ _id: ada.sessionId })
    const expected = scope === 'public' ? '403 session_mismatch' : '401 unauthenticated'
    expect(await refusedAs(ada.cookie, pageHeaders(ada))).toEqual([expected])
  })

  test('lets the page pass that was made for whoever asks', async () => {
    for (const procedure of byScope(scope).filter(({ type }) => type === 'query')) {
      expect(await codeOf(await ask(procedure, ada.cookie, pageHeaders(ada)))).not.toMatch(/mismatch|unauth/)
    }
  })
})

describe('nothing is done or recorded for a page that was not made for it', () => {
  test('no mutation changes or audits anything', async () => {
    const bob = await aPerson()
    await addMember(tenantId, bob.user, 'admin')
    await switchTenant(bob, tenantId)
    const entries = await AuditEntryModel.countDocuments({ tenantId })
    for (const { path, type } of gated.filter((procedure) => procedure.type === 'mutation')) {
      expect((await call(path, type, {}, { cookie: bob.cookie, headers: pageHeaders(ada) })).status).toBe(403)
    }
    expect(await AuditEntryModel.countDocuments({ tenantId })).toBe(entries)
  })

  test('every call of a batch is refused', async () => {
    const other = await aTenant()
    const answer = await request('/api/trpc/tenants.get,identity.listSessions,tenants.people?batch=1', {
      cookie: other.owner.cookie,
      headers: pageHeaders(ada),
    })
    const codes = (await answer.json()).map((one: ErrorAnswer) => one.error?.data.refusal?.code)
    expect(codes).toEqual(['session_mismatch', 'session_mismatch', 'session_mismatch'])
  })

  test('an API key is not the person that a page was made for', async () => {
    const { actor } = await aTenant()
    const { secret } = await createApiKey(actor, {
      name: 'a program',
      scopes: ['tenant:read'],
      expiresInDays: 1,
    })
    const answer = await call('tenants.get', 'query', {}, { key: secret, headers: pageHeaders(ada) })
    expect(await codeOf(answer)).toBe('403 session_mismatch')
  })
})

describe('a page that was made for somebody in no tenant', () => {
  test('passes while the session works in none', async () => {
    const newcomer = await aPerson()
    const answer = await call(
      'tenants.checkSlug',
      'query',
      { slug: 'somewhere' },
      {
        ...newcomer,
        headers: pageHeaders(newcomer, null),
      },
    )
    expect(answer.status).toBe(200)
  })

  test('passes after its person was removed from the tenant that the session still names', async () => {
    const removed = await aPerson()
    await addMember(tenantId, removed.user, 'viewer')
    await switchTenant(removed, tenantId)
    await MemberModel.deleteOne({ tenantId, userId: removed.user.id })
    const input = { slug: 'somewhere' }
    const answer = await call('tenants.checkSlug', 'query', input, {
      ...removed,
      headers: pageHeaders(removed, null),
    })
    expect(answer.status).toBe(200)
  })
})

describe('an open stream', () => {
  test('shows what happens in the tenant it was opened for', async () => {
    const stream = await openStream(ada, pageHeaders(ada))
    await publishLive(tenantId, { id: 'evt_1', type: 'tenant.created', payload: {} })
    expect(await stream.next()).toContain('evt_1')
    await stream.close()
  })

  test('ends with the reason instead of an event once the session works in another tenant', async () => {
    const other = await aTenant()
    await addMember(other.tenant.id, ada.user, 'admin')
    const stream = await openStream(ada, pageHeaders(ada))
    await switchTenant(ada, other.tenant.id)
    await publishLive(tenantId, { id: 'evt_2', type: 'tenant.created', payload: {} })
    const told = await stream.next()
    expect(told).not.toContain('evt_2')
    expect(told).toContain('tenant_mismatch')
    await stream.close()
  })

  test('that said nothing of its page still ends without an event', async () => {
    const other = await aTenant()
    await addMember(other.tenant.id, ada.user, 'admin')
    const stream = await openStream(ada, {})
    await switchTenant(ada, other.tenant.id)
    await publishLive(tenantId, { id: 'evt_3', type: 'tenant.created', payload: {} })
    expect(await stream.rest()).not.toContain('evt_3')
  })

  test('ends with the reason once its session is over', async () => {
    const stream = await openStream(ada, pageHeaders(ada))
    await SessionModel.deleteOne({ _id: ada.sessionId })
    await publishLive(tenantId, { id: 'evt_4', type: 'tenant.created', payload: {} })
    const told = await stream.next()
    expect(told).not.toContain('evt_4')
    expect(told).toContain('unauthenticated')
    await stream.close()
  })
})

interface ErrorAnswer {
  error?: { data: { refusal: { code: string } | null } }
}

/** What a stream that is refused says: within the stream, since EventSource reads no other body. */
async function streamCode(answer: Response): Promise<string> {
  const stream = readerOf(answer)
  const { refusal, httpStatus } = JSON.parse(/^data: (.*)$/m.exec(await stream.next())?.[1] ?? '').data
  await stream.close()
  return `${httpStatus} ${refusal?.code}`
}

function readerOf(answer: Response) {
  const reader = must(answer.body).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let ended = false
  const read = async () => {
    const { done, value = '' } = await reader.read()
    text += value
    ended = done
  }
  return {
    /** The next message after the greeting. */
    async next(): Promise<string> {
      for (;;) {
        const [message, ...rest] = text.split('\n\n\n')
        if (rest.length > 0) {
          text = rest.join('\n\n\n')
          if (!message?.startsWith('event: connected')) return message ?? ''
        } else if (ended) throw new Error('The stream ended')
        else await read()
      }
    },
    async rest(): Promise<string> {
      while (!ended) await read()
      return text
    },
    close: () => reader.cancel(),
  }
}

/** Opens the stream and waits until it listens. */
async function openStream(person: SomebodySignedIn, page: Record<string, string>) {
  const stream = readerOf(await ask({ path: 'events.live', type: 'subscription' }, person.cookie, page))
  const channel = `live:${tenantId}`
  while ((await cache().pubsub('NUMSUB', channel))[1] === 0) await new Promise(setImmediate)
  return stream
}
