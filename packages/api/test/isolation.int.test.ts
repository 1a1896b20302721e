import { allProcedures, type ProcedureFacts } from '@insula/api/procedures'
import { type Permission, type Role, roleHas, roleNames } from '@insula/contracts'
import { createApiKey } from '@insula/core/access'
import { TenantModel } from '@insula/db'
import { type aMember, aTenant, aMember as member, onTheLocalCloud } from '@insula/testing'
import { must } from '@insula/testing/must'
import type { Occasion } from '@insula/testing/occasion'
import { everyProcedure, rowsOfEveryKind, shownIn } from '@insula/testing/things'
import { beforeAll, describe, expect, test } from 'vitest'
import { call, request } from './http/http.ts'

onTheLocalCloud()

/** Stands in everything that belongs to B; must never be seen in an answer to A. */
const canary = `canary-${crypto.randomUUID()}`

interface Principal {
  role: Role | 'key'
  cookie?: string
  key?: string
}
let principals: Principal[]
let idsOfB: Record<string, string>
let tenantB: string
let ownerOfB: string
/** For valid input of procedures that name no thing. */
let occasion: () => Occasion

beforeAll(async () => {
  const a = await aTenant({ planId: 'pro' })
  const b = await aTenant({ name: canary, planId: 'pro' })
  tenantB = b.tenant.id
  ownerOfB = b.owner.cookie
  const others: Awaited<ReturnType<typeof aMember>>[] = []
  for (const role of roleNames.slice(1)) others.push(await member(a.tenant.id, role))
  const { secret } = await createApiKey(a.actor, {
    name: 'of A',
    scopes: [...a.actor.permissions],
    expiresInDays: 1,
  })
  principals = [
    { role: 'owner', cookie: a.owner.cookie },
    ...others.map(({ actor, person }) => ({ role: actor.role as Role, cookie: person.cookie })),
    { role: 'key', key: secret },
  ]
  const caller = { name: 'owner', permissions: a.actor.permissions, tenantId: a.tenant.id } as const
  const other = { tenant: b.tenant, owner: b.actor }
  const callers = { tenant: a.tenant, owner: a.actor, other, as: async () => caller }
  occasion = () => ({ callers, caller })
  idsOfB = await rowsOfEveryKind(b.actor, canary)
})

/** Filters of lists and the names of plans: they match nothing rather than name a thing. */
const filters = new Set(['actorId', 'targetId', 'planId'])

const tenantProcedures = allProcedures().filter(({ meta }) => meta.gate?.scope === 'tenant')
const fieldsOf = (inputs: unknown[]) =>
  inputs.flatMap((input) => Object.keys((input as { shape?: Record<string, unknown> }).shape ?? {}))
const idFieldsOf = (inputs: unknown[]) =>
  fieldsOf(inputs).filter((field) => field.endsWith('Id') && !filters.has(field))
const named = tenantProcedures.filter(({ inputs }) => idFieldsOf(inputs).length > 0)

/** Valid input of a call by A, but for the ids, which are those of B. */
async function inputOf({ path, inputs }: ProcedureFacts): Promise<Record<string, unknown>> {
  const ids = idFieldsOf(inputs).map((field) => [field, idsOfB[field]])
  return { ...((await everyProcedure[path]?.input?.(occasion())) as object), ...Object.fromEntries(ids) }
}

describe('ids of another tenant', () => {
  test('every id field that a tenant’s procedure takes has an id of B to be tried with', () => {
    const fields = new Set(named.flatMap(({ inputs }) => idFieldsOf(inputs)))
    expect([...fields].filter((field) => !idsOfB[field])).toEqual([])
  })

  test.each(named.map(({ path }) => path))(
    '%s: not found for every role and an API key, no canary',
    async (path) => {
      const procedure = must(named.find((one) => one.path === path))
      const gate = procedure.meta.gate as { permission: Permission }
      const input = await inputOf(procedure)
      for (const principal of principals) {
        const may = principal.role === 'key' || roleHas(principal.role, gate.permission)
        const answer = await call(path, procedure.type, input, principal)
        expect(`${principal.role} ${answer.status}`).toBe(`${principal.role} ${may ? 404 : 403}`)
        expect(await answer.text()).not.toContain(canary)
      }
    },
  )

  test.each(
    named
      .filter(({ meta }) => meta.openapi)
      .map(({ path, meta }) => [`${meta.openapi?.method} ${meta.openapi?.path}`, path]),
  )('%s: not found over REST', async (_title, path) => {
    const procedure = must(named.find((one) => one.path === path))
    const { method = 'GET', path: route = '/' } = procedure.meta.openapi ?? {}
    const ids = idFieldsOf(procedure.inputs)
    const body = Object.fromEntries(
      Object.entries(await inputOf(procedure)).filter(([field]) => !ids.includes(field)),
    )
    const url = `/api/v1${route.replaceAll(/\{(\w+)\}/g, (_, field: string) => idsOfB[field] ?? 'none')}`
    const key = principals.find((principal) => principal.role === 'key')?.key ?? ''
    const answer = await request(url, {
      method,
      key,
      ...(method !== 'GET' && method !== 'DELETE' && { body }),
    })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.text()).not.toContain(canary)
  })
})

describe('lists', () => {
  const lists = tenantProcedures.filter(
    ({ type, inputs }) => type === 'query' && idFieldsOf(inputs).length === 0,
  )
  test.each(lists.map(({ path, meta }) => [path, meta.gate as { permission: Permission }] as const))(
    '%s is read by who may, and holds nothing of B',
    async (path, { permission }) => {
      for (const principal of principals) {
        const input = await everyProcedure[path]?.input?.(occasion())
        const answer = await call(path, 'query', input, principal)
        const may = principal.role === 'key' || roleHas(principal.role, permission)
        expect(`${principal.role} ${answer.status}`).toBe(`${principal.role} ${may ? 200 : 403}`)
        expect(await answer.text()).not.toContain(canary)
      }
    },
  )

  test('a list would show the canary: its own tenant sees it everywhere', async () => {
    for (const path of shownIn) {
      const input = await everyProcedure[path]?.input?.(occasion())
      const answer = await call(path, 'query', input, { cookie: ownerOfB })
      expect(`${path} ${(await answer.text()).includes(canary)}`).toBe(`${path} true`)
    }
  })

  test('the audit log filtered by a person or thing of B is empty', async () => {
    const owner = must(principals[0])
    for (const targetId of Object.values(idsOfB)) {
      const answer = await call('audit.list', 'query', { targetId }, owner)
      expect((await answer.json()).result.data.items).toEqual([])
    }
  })
})

describe('the tenant of a call', () => {
  test('comes from the session: naming another in the header is refused', async () => {
    for (const principal of principals) {
      const answer = await call(
        'tenants.get',
        'query',
        {},
        { ...principal, headers: { 'insula-tenant': tenantB } },
      )
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('tenant_mismatch')
    }
  })

  test('cannot be put into the input', async () => {
    const answer = await call(
      'tenants.change',
      'mutation',
      { tenantId: tenantB, name: 'taken' },
      must(principals[0]),
    )
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Unrecognized key')
    expect((await TenantModel.findById(tenantB).lean())?.name).toBe(canary)
  })
})
