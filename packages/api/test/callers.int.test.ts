import { allProcedures, type ProcedureFacts } from '@insula/api/procedures'
import type { Gate } from '@insula/api/trpc'
import { type PlatformPermission, platformRoles } from '@insula/contracts'
import { EventModel, mongoHandles } from '@insula/db'
import { onTheLocalCloud } from '@insula/testing'
import { type Caller, type CallerName, callerNames, withCallers } from '@insula/testing/callers'
import { everyProcedure } from '@insula/testing/things'
import { describe, expect, test } from 'vitest'
import { anAddress, call, request } from './http/http.ts'

onTheLocalCloud()
const callers = withCallers()

const passes = { status: 200, code: null }
const unauthenticated = { status: 401, code: 'unauthenticated' }
const forbidden = { status: 403, code: 'forbidden' }
const notFound = { status: 404, code: 'not_found' }
type Answer = { status: number; code: string | null }

const carriesNothing: CallerName[] = [
  'nobody',
  'an expired session',
  'a revoked session',
  'a session with a forged signature',
]
const deadKeys: CallerName[] = ['an expired key', 'a revoked key']

/** What the gate of a procedure tells a caller, worked out from the gate alone. */
function atTheGate(gate: Gate, caller: Caller): Answer {
  if (gate.scope === 'public') return passes
  if (carriesNothing.includes(caller.name)) return unauthenticated
  if (gate.scope === 'tenant') {
    if (deadKeys.includes(caller.name)) return unauthenticated
    return caller.permissions.has(gate.permission) ? passes : forbidden
  }
  if (caller.key) return forbidden
  if (gate.scope === 'person') return passes
  const role = caller.person?.user.platformRole
  if (!role) return notFound
  const held: readonly PlatformPermission[] = platformRoles[role]
  return held.includes(gate.permission) ? passes : forbidden
}

function expectedOf({ path, meta }: ProcedureFacts, caller: Caller): Answer {
  const gated = atTheGate(meta.gate ?? { scope: 'public' }, caller)
  if (gated.status !== 200) return gated
  const { thing, told } = everyProcedure[path] ?? {}
  if (thing && caller.tenantId !== callers().tenant.id) return notFound
  return told?.(caller) ?? passes
}

/** How much there is of everything that a change leaves; what is refused leaves none of it. */
async function everythingLeft() {
  const { db } = mongoHandles()
  const [audit, mails, events] = await Promise.all([
    db.collection('audit_entries').countDocuments(),
    db.collection('mails').countDocuments(),
    EventModel.countDocuments(),
  ])
  return { audit, mails, events }
}

const procedures = allProcedures().filter(({ type }) => type !== 'subscription')
const neededOf = ({ meta: { gate } }: ProcedureFacts) =>
  gate?.scope === 'tenant' ? gate.permission : undefined

async function overTrpc({ path, type }: ProcedureFacts, input: unknown, caller: Caller) {
  const response = await call(path, type, input, { ...caller, address: anAddress() })
  const body = await response.json()
  return { status: response.status, code: body.error?.data?.refusal?.code ?? null }
}

async function overRest({ meta }: ProcedureFacts, input: unknown, caller: Caller) {
  const { method = 'GET', path: route = '' } = meta.openapi ?? {}
  const fields = { ...(input as Record<string, string>) }
  let path = `/api/v1${route}`
  for (const [placeholder, name = ''] of route.matchAll(/\{(\w+)\}/g)) {
    path = path.replace(placeholder, encodeURIComponent(fields[name] ?? ''))
    delete fields[name]
  }
  const inBody = method === 'POST' || method === 'PUT' || method === 'PATCH'
  const query = inBody ? '' : `?${new URLSearchParams(fields)}`
  const response = await request(path + query, {
    method,
    ...caller,
    address: anAddress(),
    ...(inBody && Object.keys(fields).length > 0 && { body: fields }),
  })
  const text = await response.text()
  if (response.status >= 400) {
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    return { status: response.status, code: JSON.parse(text).code }
  }
  return { status: response.status === 204 ? 200 : response.status, code: null }
}

describe.each([
  ['tRPC', overTrpc, procedures],
  ['REST', overRest, procedures.filter(({ meta }) => meta.openapi)],
] as const)('over %s each caller is told what the gate says', (_door, send, reached) => {
  test.each(reached.map((procedure) => [procedure.path, procedure] as const))(
    '%s',
    async (path, procedure) => {
      const told: Record<string, Answer> = {}
      const expected: Record<string, Answer> = {}
      for (const name of callerNames) {
        const caller = await callers().as(name, neededOf(procedure))
        const occasion = { callers: callers(), caller }
        const input = await everyProcedure[path]?.input?.(occasion)
        const before = await everythingLeft()
        told[name] = await send(procedure, input, caller)
        expected[name] = expectedOf(procedure, caller)
        if (expected[name].status !== 200)
          expect({ name, ...(await everythingLeft()) }).toEqual({ name, ...before })
        await everyProcedure[path]?.after?.(occasion)
      }
      expect(told).toEqual(expected)
    },
  )
})
