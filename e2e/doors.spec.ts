import { expect, test } from './support/product.ts'

// The gateway answers /api in a process of its own; the console can, too, for hosts that run one process.
const gateway = process.env.APP_URL ?? ''
const consoleAlone = process.env.WEB_ORIGIN ?? ''

const calls: { title: string; path: string; init?: RequestInit }[] = [
  { title: 'liveness', path: '/api/health/live' },
  { title: 'readiness', path: '/api/health/ready' },
  { title: 'the OpenAPI document', path: '/api/v1/openapi.json' },
  { title: 'a REST call without a key', path: '/api/v1/members' },
  {
    title: 'a REST call with a wrong key',
    path: '/api/v1/files',
    init: { headers: { authorization: 'Bearer ins_nonsense' } },
  },
  { title: 'an address that is none', path: '/api/v1/nowhere' },
  { title: 'a tRPC query without a session', path: '/api/trpc/identity.me' },
  { title: 'an unknown procedure', path: '/api/trpc/identity.nothing' },
  {
    title: 'a webhook without a signature',
    path: '/api/webhooks/stripe',
    init: { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
  },
  {
    title: 'a wrong password',
    path: '/api/auth/sign-in/email',
    init: {
      method: 'POST',
      body: JSON.stringify({ email: 'nobody@example.test', password: 'not the password at all' }),
      headers: { 'content-type': 'application/json', origin: gateway },
    },
  },
]

const answerOf = async (origin: string, path: string, init?: RequestInit) => {
  const answer = await fetch(new URL(path, origin), { ...init, signal: AbortSignal.timeout(20_000) })
  const body = (await answer.text()).replaceAll(/req_[0-9a-f-]{36}/g, 'req_…')
  return { status: answer.status, type: answer.headers.get('content-type'), body }
}

for (const { title, path, init } of calls) {
  test(`both doors answer alike: ${title}`, async () => {
    expect(await answerOf(consoleAlone, path, init)).toEqual(await answerOf(gateway, path, init))
  })
}

test('what neither door should tell is not told: no stack, no server name', async () => {
  for (const origin of [gateway, consoleAlone]) {
    const answer = await fetch(new URL('/api/v1/nowhere', origin))
    expect(answer.headers.get('x-powered-by')).toBeNull()
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).not.toMatch(/node_modules|at .*\.ts:/)
  }
})
