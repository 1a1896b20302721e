import { randomInt } from 'node:crypto'
import { createApp } from '@insula/api/app'
import { Problem } from '@insula/contracts'
import { aPerson, onTheLocalCloud } from '@insula/testing'
import { beforeAll, describe, expect, test } from 'vitest'

onTheLocalCloud()

const limit = 3
let app: ReturnType<typeof createApp>
beforeAll(() => {
  process.env.RATE_LIMIT_PER_MINUTE = String(limit)
  app = createApp()
})

/** A client of its own for each test, since they are counted by address. */
const client = () => {
  const remoteAddress = `198.51.${randomInt(256)}.${randomInt(256)}`
  return (path: string, init: RequestInit = {}) =>
    app.request(`http://localhost${path}`, init, { remoteAddress })
}
const json = { 'content-type': 'application/json' }
const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body,
})

interface Refused {
  what: string
  status: number
  code: string
  retryAfter: boolean
  ask(path: string, mutation: string): Response | Promise<Response>
}

const refused: Refused[] = [
  {
    what: 'too many calls',
    status: 429,
    code: 'rate_limited',
    retryAfter: true,
    async ask(path) {
      const request = client()
      for (let call = 0; call < limit; call += 1) await request(path)
      return request(path)
    },
  },
  {
    what: 'a body that is too long',
    status: 413,
    code: 'too_large',
    retryAfter: false,
    ask: (_, mutation) => client()(mutation, post('x'.repeat(300_000))),
  },
  {
    what: 'a body that is too long and does not say how long',
    status: 413,
    code: 'too_large',
    retryAfter: false,
    ask: (_, mutation) =>
      client()(mutation, {
        ...post(''),
        body: new Blob(['x'.repeat(300_000)]).stream(),
        duplex: 'half',
      } as RequestInit),
  },
  {
    what: 'a page of another origin',
    status: 403,
    code: 'forbidden',
    retryAfter: false,
    ask: (_, mutation) => client()(mutation, post('{}', { origin: 'https://evil.example' })),
  },
  {
    what: 'a body that is not JSON',
    status: 400,
    code: 'invalid',
    retryAfter: false,
    ask: async (_, mutation) => client()(mutation, post('{"token":', { cookie: (await aPerson()).cookie })),
  },
]

const refusalOf = (answer: { error: { message: string; data: Record<string, unknown> } }) =>
  answer.error.data.refusal as { code: string; message: string; details: Record<string, unknown> }

describe.each(refused)('$what', ({ status, code, retryAfter, ask }) => {
  const expectHeaders = (answer: Response) => {
    expect(answer.status).toBe(status)
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    const seconds = answer.headers.get('retry-after')
    if (retryAfter) expect(Number(seconds)).toBeGreaterThan(0)
    else expect(seconds).toBeNull()
  }

  test('is told to REST as problem+json, with the request id', async () => {
    const answer = await ask('/api/v1/files', '/api/v1/files')
    expectHeaders(answer)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = Problem.parse(await answer.json())
    expect(problem).toMatchObject({ status, code, requestId: answer.headers.get('x-request-id') })
    expect(problem.retryAfterSeconds !== undefined).toBe(retryAfter)
  })

  test('is told to tRPC in its own shape, with the request id', async () => {
    const answer = await ask('/api/trpc/identity.me', '/api/trpc/tenants.acceptInvitation')
    expectHeaders(answer)
    const body = await answer.json()
    expect(body.error.data).toMatchObject({
      httpStatus: status,
      requestId: answer.headers.get('x-request-id'),
    })
    expect(body.error.message).toBe(refusalOf(body).message)
    expect(refusalOf(body).code).toBe(code)
    expect(Number(body.error.data.retryAfterSeconds) > 0).toBe(retryAfter)
  })

  test('is told to each call of a tRPC batch', async () => {
    const answer = await ask(
      '/api/trpc/identity.me,identity.listSessions?batch=1',
      '/api/trpc/tenants.acceptInvitation,tenants.declineInvitation?batch=1',
    )
    expectHeaders(answer)
    const body = await answer.json()
    expect(body.map((one: never) => refusalOf(one).code)).toEqual([code, code])
  })
})

describe('what tRPC itself refuses', () => {
  test.each([
    [
      'a batch that is too large',
      `/api/trpc/${Array(11).fill('identity.me').join(',')}?batch=1`,
      400,
      'invalid',
    ],
    ['a procedure that is not there', '/api/trpc/files.nothing', 404, 'not_found'],
    ['connection params that are not JSON', '/api/trpc/events.live?connectionParams=x', 400, 'invalid'],
    ['input that is not JSON', '/api/trpc/tenants.previewInvitation?input={', 400, 'invalid'],
    [
      'input that is nested without end',
      `/api/trpc/tenants.previewInvitation?input=${'['.repeat(8_000)}${']'.repeat(8_000)}`,
      400,
      'invalid',
    ],
    ['the wrong method', '/api/trpc/identity.changeProfile', 405, 'unsupported'],
  ])('%s has a refusal and a request id', async (_what, path, status, code) => {
    const answer = await client()(path)
    expect(answer.status).toBe(status)
    const body = await answer.json()
    const one = Array.isArray(body) ? body[0] : body
    expect(refusalOf(one).code).toBe(code)
    expect(one.error.data.requestId).toBe(answer.headers.get('x-request-id'))
  })

  test('input that the schema refuses names its field', async () => {
    const answer = await client()(
      `/api/trpc/tenants.previewInvitation?input=${encodeURIComponent('{"token":"x"}')}`,
    )
    expect(refusalOf(await answer.json())).toMatchObject({ code: 'invalid', details: { field: 'token' } })
  })
})

test('an unknown address is a problem with the request id of the answer', async () => {
  const answer = await client()('/api/nothing')
  const problem = Problem.parse(await answer.json())
  expect(problem).toMatchObject({
    status: 404,
    code: 'not_found',
    requestId: answer.headers.get('x-request-id'),
  })
})
