import { randomUUID } from 'node:crypto'
import { allProcedures } from '@insula/api/procedures'
import { eventTypes, type Hint } from '@insula/contracts'
import {
  AuditEntryModel,
  acrossTenants,
  EventModel,
  effectsSettled,
  MailModel,
  QuotaModel,
  TenantModel,
} from '@insula/db'
import { cache } from '@insula/providers/cache'
import { closeLive, publishLive, subscribeLive } from '@insula/providers/live'
import { onTheLocalCloud } from '@insula/testing'
import { type CallerName, withCallers } from '@insula/testing/callers'
import type { Traces } from '@insula/testing/occasion'
import { everyProcedure } from '@insula/testing/things'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anAddress, call } from './http.ts'

onTheLocalCloud()
const callers = withCallers()

const procedures = allProcedures().filter(({ type }) => type !== 'subscription')
const changes = procedures.filter(({ type }) => type === 'mutation')
/** Opening a page of Stripe's, or another of one's tenants, changes nothing that is kept. */
const traceless = ['billing.openPortal', 'tenants.switch']
/** What its domain's own tests count, since it needs a subscription in a state of its own. */
const elsewhere = ['billing.resumeSubscription']

const everything = { sort: { _id: 1 } as const }
const all = async () => ({
  audit: await acrossTenants(AuditEntryModel.find({}, null, everything).lean(), 'a test counts'),
  events: await EventModel.find({}, null, everything).lean(),
  mails: await acrossTenants(MailModel.find({}, null, everything).lean(), 'a test counts'),
  quotas: await QuotaModel.find({ tenantId: callers().tenant.id }).lean(),
})

const heard: Hint[] = []
let awaited: { id: string; arrive: () => void } | undefined
const stop = new AbortController()
beforeAll(async () => {
  const tenantId = callers().tenant.id
  const listen = async () => {
    for await (const hint of await subscribeLive(tenantId, stop.signal)) {
      heard.push(hint)
      if (hint.id === awaited?.id) awaited.arrive()
    }
  }
  void listen()
  while ((await cache().pubsub('NUMSUB', `live:${tenantId}`))[1] === 0);
})
afterAll(() => {
  stop.abort()
  closeLive()
})

/** What pages were told since this was asked last. */
async function toldSince(): Promise<Hint[]> {
  await effectsSettled()
  const id = randomUUID()
  const { promise, resolve: arrive } = Promise.withResolvers<void>()
  awaited = { id, arrive }
  await publishLive(callers().tenant.id, { id, type: 'tenant.created', payload: {} })
  await promise
  return heard.splice(0).slice(0, -1)
}
const isEvent = ({ type }: Hint) => eventTypes.some((known) => known === type)

/** Runs `act` and says what it left behind. */
async function leftBy(act: () => Promise<unknown>) {
  const before = await all()
  await toldSince()
  await act()
  const hints = await toldSince()
  const after = await all()
  const news = <Row extends { _id: string }>(old: Row[], now: Row[]) => {
    const known = new Set(old.map((row) => row._id))
    return now.filter((row) => !known.has(row._id))
  }
  return {
    audit: news(before.audit, after.audit),
    events: news(before.events, after.events),
    hints,
    mails: news(before.mails, after.mails),
    claims: after.quotas.filter(({ key, used }) => {
      const old = before.quotas.find((quota) => quota.key === key)
      return used > (old?.used ?? 0)
    }),
  }
}

const words = ({ audit, events, hints, mails, claims }: Awaited<ReturnType<typeof leftBy>>) => ({
  audit: audit.map(({ action }) => action).sort(),
  events: events.map(({ type }) => type).sort(),
  hints: hints
    .filter((hint) => !isEvent(hint))
    .map(({ type }) => type)
    .sort(),
  mails: mails.map(({ template }) => template).sort(),
  claims: claims.map(({ key }) => key).sort(),
})
const expected = ({ audit = [], events = [], hints = [], mails = [], claims = [] }: Traces = {}) => ({
  audit: [...audit].sort(),
  events: [...events].sort(),
  hints: [...hints].sort(),
  mails: [...mails].sort(),
  claims: [...claims].sort(),
})

/** Who makes each call: an owner, unless only somebody else can. */
const callerOf = (path: string): CallerName =>
  path.startsWith('platform.') ? 'a platform admin' : path === 'tenants.leave' ? 'admin' : 'owner'

test('every change says what it leaves', () => {
  const silent = changes.filter(({ path }) => !everyProcedure[path]?.leaves).map(({ path }) => path)
  expect(silent.sort()).toEqual([...traceless, ...elsewhere].sort())
})

// Stripe knows of no subscription, so a plan that somebody pays for would end with the first look.
beforeAll(() => TenantModel.updateOne({ _id: callers().tenant.id }, { planId: 'free' }))

test.each(
  procedures
    .filter(({ path }) => !elsewhere.includes(path))
    .map((procedure) => [procedure.path, procedure] as const),
)(
  '%s leaves its entries, events, mails and claims, each once and with its origin',
  async (path, { type }) => {
    const caller = await callers().as(callerOf(path))
    const occasion = { callers: callers(), caller }
    const input = await everyProcedure[path]?.input?.(occasion)
    const address = anAddress()
    const answers: Response[] = []
    const act = async () => {
      answers.push(await call(path, type, input, { ...caller, address, headers: { 'user-agent': 'a test' } }))
    }
    const first = await leftBy(act)
    expect(answers[0]?.status).toBe(200)
    expect(words(first)).toEqual(expected(everyProcedure[path]?.leaves))
    const requestId = answers[0]?.headers.get('x-request-id')
    const actor = { kind: 'user', id: caller.person?.user.id, name: expect.any(String) }
    for (const entry of first.audit) {
      const { userAgent, ipAddress } = entry
      expect({ requestId: entry.requestId, userAgent, ipAddress, actor: entry.actor }).toEqual({
        requestId,
        userAgent: 'a test',
        ipAddress: address,
        actor,
      })
      expect(entry.target).toMatchObject({ kind: expect.stringMatching(/./), id: expect.stringMatching(/./) })
    }
    // Of each event of the tenant open pages are told, once.
    const ofTenant = first.events.filter(({ tenantId }) => tenantId === callers().tenant.id)
    const told = first.hints.filter(isEvent)
    expect(told.map(({ id }) => id).sort()).toEqual(ofTenant.map(({ _id }) => _id).sort())
    for (const event of first.events) {
      expect({ actorId: event.actorId, requestId: event.requestId }).toEqual({
        actorId: caller.person?.user.id,
        requestId,
      })
    }
    const again = await leftBy(act)
    expect(words(again)).toEqual(expected(everyProcedure[path]?.leavesAgain))
    await everyProcedure[path]?.after?.(occasion)
  },
)
