import { allProcedures } from '@insula/api/procedures'
import { type Permission, type Role, roleHas, roleNames } from '@insula/contracts'
import { createApiKey } from '@insula/core/access/service/api-keys'
import { inviteMember } from '@insula/core/tenants/service/index'
import { AuditEntryModel, MemberModel, TenantModel } from '@insula/db'
import { type aMember, aTenant, aMember as member, onTheLocalCloud } from '@insula/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { everyProcedure, type Occasion } from './every-procedure.ts'
import { call, request } from './http.ts'
import { aFile, aMail } from './things.ts'

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
  const keyOfB = await createApiKey(b.actor, { name: canary, scopes: ['files:read'], expiresInDays: 1 })
  const memberOfB = await member(b.tenant.id, 'member')
  idsOfB = {
    tenantId: b.tenant.id,
    memberId:
      (await MemberModel.findOne({ tenantId: b.tenant.id, userId: memberOfB.person.user.id }).lean())?._id ??
      '',
    invitationId: (await inviteMember(b.actor, { email: `${canary}@example.test`, role: 'viewer' })).id,
    apiKeyId: keyOfB.apiKey.id,
    fileId: await aFile(b.actor, canary),
    mailId: await aMail(b.tenant.id, canary),
    auditEntryId: (await AuditEntryModel.findOne({ tenantId: b.tenant.id }).lean())?._id ?? '',
  }
})

/** The id fields that name a thing, as against filters. */
const idFields = new Set([
  'tenantId',
  'memberId',
  'invitationId',
  'apiKeyId',
  'fileId',
  'mailId',
  'auditEntryId',
])

/** Valid values for what is required beside the id, by field name. */
const sharedFields: Record<string, unknown> = { role: 'viewer', name: 'renamed', variant: 'thumb' }

const tenantProcedures = allProcedures().filter(({ meta }) => meta.gate?.scope === 'tenant')
const fieldsOf = (inputs: unknown[]) =>
  inputs.flatMap((input) => Object.keys((input as { shape?: Record<string, unknown> }).shape ?? {}))
const withIds = tenantProcedures.filter(({ inputs }) =>
  fieldsOf(inputs).some((field) => field.endsWith('Id')),
)
/** Those that name a thing by its id, as against filters and plans. */
const named = withIds.filter(({ inputs }) => fieldsOf(inputs).some((field) => idFields.has(field)))

describe('ids of another tenant', () => {
  test('every id field that a tenant’s procedure takes has an id of B to be tried with', () => {
    const fields = new Set(
      withIds.flatMap(({ inputs }) => fieldsOf(inputs)).filter((field) => field.endsWith('Id')),
    )
    // Filters of the audit log: they match nothing rather than name a thing; tried below.
    for (const filter of ['actorId', 'targetId', 'planId']) fields.delete(filter)
    expect([...fields].filter((field) => !idsOfB[field])).toEqual([])
  })

  test.each(named.map(({ path }) => path))(
    '%s: not found for every role and an API key, no canary',
    async (path) => {
      const procedure = withIds.find((one) => one.path === path)!
      const gate = procedure.meta.gate as { permission: Permission }
      const fields = fieldsOf(procedure.inputs)
      const input = Object.fromEntries(
        fields
          .filter((field) => idsOfB[field] ?? sharedFields[field])
          .map((field) => [field, idsOfB[field] ?? sharedFields[field]]),
      )
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
    const procedure = withIds.find((one) => one.path === path)!
    const { method = 'GET', path: route = '/' } = procedure.meta.openapi ?? {}
    const fields = fieldsOf(procedure.inputs)
    const body = Object.fromEntries(
      fields.filter((field) => sharedFields[field]).map((field) => [field, sharedFields[field]]),
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
    ({ type, inputs }) => type === 'query' && !fieldsOf(inputs).some((field) => idFields.has(field)),
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
    for (const path of ['tenants.people', 'access.listApiKeys', 'files.list', 'notifications.listMails']) {
      const input = await everyProcedure[path]?.input?.(occasion())
      const answer = await call(path, 'query', input, { cookie: ownerOfB })
      expect(`${path} ${(await answer.text()).includes(canary)}`).toBe(`${path} true`)
    }
  })

  test('the audit log filtered by a person or thing of B is empty', async () => {
    const owner = principals[0]!
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
      principals[0]!,
    )
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('Unrecognized key')
    expect((await TenantModel.findById(tenantB).lean())?.name).toBe(canary)
  })
})
