import { openApiDocument } from '@insula/api/http/openapi'
import { allProcedures } from '@insula/api/procedures'
import { Problem } from '@insula/contracts'
import { createApiKey } from '@insula/core/access'
import { saveMailWording } from '@insula/core/notifications'
import { inviteMember } from '@insula/core/tenants'
import { AuditEntryModel, FileModel, MailModel, MemberModel } from '@insula/db'
import { aMember, aTenant, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { aFile, aSentUpload } from '@insula/testing/things/files'
import { aMail } from '@insula/testing/things/notifications'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { theApp as app, call, request } from './http.ts'

onTheLocalCloud()

const document = openApiDocument('http://localhost:3000')

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[]
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}
interface Schema {
  type?: string
  format?: string
}
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    operation,
  })),
)

let tenant: Awaited<ReturnType<typeof aTenant>>
let key: string
let owner: SomebodySignedIn
beforeEach(async () => {
  tenant = await aTenant({ planId: 'pro' })
  owner = tenant.owner
  const scopes = [...tenant.actor.permissions]
  key = (await createApiKey(tenant.actor, { name: 'all of it', scopes, expiresInDays: 1 })).secret
})

/** One of everything that an id in a path can name, made anew, in the state that the operation wants. */
const ids: Record<string, (operation: string) => Promise<string>> = {
  fileId: async (operation) => {
    if (/\/(complete|discard|resume)$/.test(operation)) return (await aSentUpload(tenant.actor)).file.id
    const retry = operation.endsWith('/retry')
    const fileId = retry
      ? (await aSentUpload(tenant.actor)).file.id
      : await aFile(tenant.actor, 'picture.jpg')
    const change = retry
      ? { state: 'failed', failure: { code: 'gave-up' } }
      : /\/restore$|^DELETE/.test(operation)
        ? { trashed: true, trashedAt: new Date() }
        : {}
    await FileModel.updateOne({ tenantId: tenant.tenant.id, _id: fileId }, change)
    return fileId
  },
  auditEntryId: async () => {
    const entry = await AuditEntryModel.findOne({ tenantId: tenant.tenant.id }).lean()
    return entry?._id ?? ''
  },
  mailId: async () => {
    const mailId = await aMail(tenant.tenant.id, crypto.randomUUID())
    await MailModel.updateOne({ tenantId: tenant.tenant.id, _id: mailId }, { state: 'failed' })
    return mailId
  },
  memberId: async () => {
    const { person } = await aMember(tenant.tenant.id, 'viewer')
    const at = { tenantId: tenant.tenant.id, userId: person.user.id }
    return (await MemberModel.findOne(at).lean())?._id ?? ''
  },
  invitationId: async () =>
    (await inviteMember(tenant.actor, { email: `${crypto.randomUUID()}@example.test`, role: 'viewer' })).id,
  apiKeyId: async () =>
    (await createApiKey(tenant.actor, { name: 'another', scopes: ['files:read'], expiresInDays: 1 })).apiKey
      .id,
  template: async () => 'invitation',
  locale: async () => {
    const words = { subject: crypto.randomUUID(), body: 'Hallo' }
    await saveMailWording(tenant.actor, { template: 'invitation', locale: 'de', ...words })
    return 'de'
  },
}

/** A valid body of each operation that wants one. */
const bodies: Record<string, unknown> = {
  'POST /api-keys': { name: 'a program', scopes: ['files:read'], expiresInDays: 30 },
  'PATCH /tenant': { name: 'Another name' },
  'PATCH /members/{memberId}': { role: 'member' },
  'POST /invitations': { email: 'somebody@example.test', role: 'viewer' },
  'POST /billing/checkouts': { planId: 'pro' },
  'POST /files': { name: 'photo.jpg', bytes: 10, contentType: 'image/jpeg' },
  'PATCH /files/{fileId}': { name: 'renamed.jpg' },
  'PUT /mail-wordings/{template}/{locale}': { subject: 'Willkommen', body: 'Hallo' },
}

async function addressOf({ name, path }: { name: string; path: string }): Promise<string> {
  let address = `/api/v1${path}`
  for (const [part, field = ''] of path.matchAll(/\{(\w+)\}/g)) {
    const make = ids[field]
    if (!make) throw new Error(`Say how to make a ${field} for ${path}`)
    address = address.replace(part, await make(name))
  }
  return address
}

describe('every operation of the document', () => {
  test.each(operations)('$name does what it says, with a body as it says', async (one) => {
    const { method, path, operation, name } = one
    // A customer is at Stripe only once a checkout was opened.
    if (path === '/billing/portal') {
      await request('/api/v1/billing/checkouts', { method: 'POST', key, body: { planId: 'pro' } })
    }
    const answer = await request(await addressOf(one), { method, key, body: bodies[name] })
    const text = await answer.text()
    // Takes a subscription that is paused at Stripe; what it does then is shown beside billing.
    if (name === 'POST /billing/resume') return expect(answer.status).toBe(409)
    expect(`${answer.status} ${text}`).toMatch(/^20[04] /)
    const described = operation.responses[answer.status]
    expect(described).toBeDefined()
    const schema = described?.content?.['application/json']?.schema
    expect(text === '').toBe(schema === undefined)
    if (schema) z.fromJSONSchema(schema as never).parse(JSON.parse(text))
  })

  test.each(operations)('$name names a query field that it does not know', async (one) => {
    const { method, name } = one
    const answer = await request(`${await addressOf(one)}?nonsense=1`, { method, key, body: bodies[name] })
    expect(answer.status).toBe(400)
    expect(Problem.parse(await answer.json()).errors?.map(({ field }) => field)).toEqual(['nonsense'])
  })

  test.each(operations)('$name is told to nobody without a key, as the document says', async (one) => {
    const address = `/api/v1${one.path.replaceAll(/\{(\w+)\}/g, 'none')}`
    const answer = await request(address, { method: one.method, body: bodies[one.name] })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys(one.operation.responses)).toContain('401')
  })

  test.each([...new Set(operations.map(({ path }) => path))])(
    '%s says which methods it takes',
    async (path) => {
      const address = `/api/v1${path.replaceAll(/\{(\w+)\}/g, 'none')}`
      const taken = operations.filter((one) => one.path === path).map(({ method }) => method)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => !taken.includes(one))) {
        const answer = await request(address, { method, key })
        expect(`${method} ${answer.status}`).toBe(`${method} 405`)
        const allow = answer.headers.get('allow')?.split(', ') ?? []
        expect(allow.filter((one) => one !== 'HEAD').sort()).toEqual(taken.sort())
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
      }
    },
  )

  test.each(operations.filter(({ method, path }) => method === 'GET' && !path.includes('{')))(
    '$name answers HEAD, and the same address with a slash at its end',
    async ({ path }) => {
      const head = await request(`/api/v1${path}`, { method: 'HEAD', key })
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect((await request(`/api/v1${path}/`, { key })).status).toBe(200)
    },
  )
})

describe('text that cannot be stored or sent on', () => {
  // Every string field of every input that is an object.
  const fields = allProcedures().flatMap(({ path, type, inputs }) =>
    inputs.flatMap((input) =>
      input instanceof z.ZodObject
        ? Object.entries(input.shape)
            .filter(([, schema]) => takesText(schema))
            .map(([field]) => ({ path, type, field }))
        : [],
    ),
  )

  test.each(fields)('is refused as $field of $path', async ({ path, type, field }) => {
    const { UserModel } = await import('@insula/db')
    await UserModel.updateOne({ _id: owner.user.id }, { platformRole: 'admin' })
    for (const text of ['a\u0000b', 'a\ud800b', '\udc00']) {
      const answer = await call(path, type, { [field]: text }, owner)
      expect(answer.status).toBe(400)
      expect((await answer.json()).error.data.refusal.details.field).toBe(field)
    }
  })

  test.each(operations.filter(({ method }) => method === 'GET'))('is refused by $name', async (one) => {
    const texts = (one.operation.parameters ?? []).filter(
      (parameter) => parameter.in === 'query' && parameter.schema.type === 'string',
    )
    for (const { name } of texts) {
      const answer = await request(`${await addressOf(one)}?${name}=%00`, { key })
      expect(`${name} ${answer.status}`).toBe(`${name} 400`)
      expect(Problem.parse(await answer.json()).errors?.[0]?.field).toBe(name)
    }
  })

  test('is refused as a key, and so is __proto__', async () => {
    for (const body of [
      '{"na\\u0000me":"x"}',
      '{"__proto__":{"name":"x"}}',
      '{"name":"x","__proto__":null}',
    ]) {
      expect((await raw('/api/v1/tenant', 'PATCH', body)).status).toBe(400)
    }
  })
})

function takesText(schema: unknown): boolean {
  if (schema instanceof z.ZodPipe) return takesText(schema.in)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return takesText(schema.def.innerType)
  }
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat
}

const raw = (
  path: string,
  method: string,
  body: string | Uint8Array<ArrayBuffer>,
  contentType = 'application/json',
) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': contentType }
  return app().request(`http://localhost${path}`, { method, body, headers }, { remoteAddress: '127.0.0.1' })
}

describe('a request that can be read two ways, or none', () => {
  test.each([
    ['/api/v1/files?search=%', 'search'],
    ['/api/v1/files?search=%ff', 'search'],
    ['/api/v1/files?search=%ed%a0%80', 'search'],
    ['/api/v1/files/%zz', undefined],
    ['/api/v1/files?limit=1&limit=2', 'limit'],
    ['/api/v1/files?limit=many', 'limit'],
    ['/api/v1/files?trashed=perhaps', 'trashed'],
    ['/api/v1/audit?from=yesterday', 'from'],
    ['/api/v1/audit?from=2026-02-30T00:00:00Z', 'from'],
  ])('%s is 400 and names what is wrong', async (address, field) => {
    const answer = await request(address, { key })
    expect(answer.status).toBe(400)
    expect(Problem.parse(await answer.json()).errors?.[0]?.field).toBe(field)
  })

  test.each([
    ['{"name":"one","name":"two"}', 400],
    ['{"name":"one","n\\u0061me":"two"}', 400],
    ['{"name":"one"', 400],
    ['["name"]', 400],
    ['null', 400],
    ['{"name":"a {\\"name\\": 1} b"}', 200],
  ])('the body %s is %i', async (body, status) => {
    expect((await raw('/api/v1/tenant', 'PATCH', body)).status).toBe(status)
  })

  test('a body in another encoding than it says is refused', async () => {
    const latin = Uint8Array.from(Buffer.from('{"name":"Mün"}', 'latin1'))
    expect((await raw('/api/v1/tenant', 'PATCH', latin)).status).toBe(400)
    for (const type of [
      'application/json; charset=latin1',
      'application/json-patch+json',
      'text/plain',
      '',
    ]) {
      expect((await raw('/api/v1/tenant', 'PATCH', '{"name":"x"}', type)).status).toBe(415)
    }
    for (const type of ['application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"']) {
      expect((await raw('/api/v1/tenant', 'PATCH', '{"name":"x"}', type)).status).toBe(200)
    }
  })
})

describe('what RFC 3339 calls a date-time', () => {
  test.each([
    '2020-01-01T00:00:00Z',
    '2020-01-01T00:00:00.123456Z',
    '2020-01-01T02:00:00%2B02:00',
    '2020-01-01T02:00:00+02:00',
    '2019-12-31T18:00:00-06:00',
  ])('%s is taken, in any offset', async (from) => {
    const answer = await request(`/api/v1/audit?from=${from}&to=2999-01-01T00:00:00-12:00`, { key })
    expect(answer.status).toBe(200)
    expect((await answer.json()).items.length).toBeGreaterThan(0)
  })

  test('counts in its own offset', async () => {
    const in30Minutes = new Date(Date.now() + 30 * 60_000).toISOString().slice(0, 19)
    const of = async (offset: string) =>
      (await (await request(`/api/v1/audit?from=${in30Minutes}${offset}`, { key })).json()).items.length
    expect(await of('Z')).toBe(0)
    expect(await of('%2B01:00')).toBeGreaterThan(0)
  })
})

describe('methods that no program sends by chance', () => {
  test.each(['TRACE', 'CONNECT', 'TRACK'])('%s is 405 everywhere', async (method) => {
    for (const path of ['/api/v1/files', '/api/trpc/identity.me', '/api/auth/sign-out', '/api/health/live']) {
      // What a host hands over: Request itself refuses to be made with such a method.
      const made = new Proxy(new Request(`http://localhost${path}`), {
        get: (target, name) => (name === 'method' ? method : Reflect.get(target, name, target)),
      })
      const answer = await app().fetch(made, { remoteAddress: '127.0.0.1' })
      expect(`${path} ${answer.status}`).toBe(`${path} 405`)
      expect(answer.headers.has('allow')).toBe(true)
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    }
  })

  test('OPTIONS tells what there is', async () => {
    const answer = await request('/api/v1/tenant', { method: 'OPTIONS', key })
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, PATCH, OPTIONS'])
  })

  test.each([
    ['POST', '/api/health/live', 'GET, HEAD'],
    ['DELETE', '/api/v1/openapi.json', 'GET, HEAD'],
    ['GET', '/api/webhooks/stripe', 'POST'],
  ])('%s %s is 405 with Allow', async (method, path, allow) => {
    const answer = await request(path, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  })
})

test('“no input” is written one way', () => {
  const without = allProcedures().filter(({ type, inputs }) => type !== 'subscription' && inputs.length === 0)
  expect(without.map(({ path }) => path)).toEqual([])
  const voids = allProcedures().filter(({ inputs }) => inputs.some((input) => input instanceof z.ZodVoid))
  expect(voids.map(({ path }) => path)).toEqual([])
})
