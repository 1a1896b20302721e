import { allProcedures } from '@insula/api/procedures'
import {
  fileMachine,
  invitationMachine,
  lookUp,
  type Machine,
  mailMachine,
  nextStates,
  type Permission,
  permissionNames,
  refusalIn,
  stepOf,
  trashMachine,
} from '@insula/contracts'
import { stateOf } from '@insula/core/kernel/move'
import { inviteMember } from '@insula/core/tenants'
import {
  AuditEntryModel,
  EventModel,
  FileModel,
  InvitationModel,
  MailAllowanceModel,
  MailModel,
  mongoHandles,
} from '@insula/db'
import { aPerson, onTheLocalCloud } from '@insula/testing'
import { type Caller, type CallerName, callerNames, withCallers } from '@insula/testing/callers'
import { makeRoom, unique } from '@insula/testing/occasion'
import { everyProcedure } from '@insula/testing/things'
import { aSentUpload } from '@insula/testing/things/files'
import { aMail } from '@insula/testing/things/notifications'
import { describe, expect, test } from 'vitest'
import { anAddress, call } from './http/http.ts'

onTheLocalCloud()
const callers = withCallers()

interface Table {
  machine: Machine
  collection: string
  /** The procedure of each act that somebody may ask for. */
  asked: Readonly<Record<string, string>>
  /** Puts a thing of the first tenant into a state, and returns its id. */
  put(state: string): Promise<string>
  input(id: string): Record<string, string>
}

const failure = { code: 'gave-up', message: 'Gave up.', retryable: true }

async function aFileWith(change: Record<string, unknown> | null): Promise<string> {
  await makeRoom(callers().tenant.id)
  const { file } = await aSentUpload(callers().owner)
  const own = { _id: file.id, tenantId: callers().tenant.id }
  if (change) await FileModel.updateOne(own, { $set: change })
  else await FileModel.deleteOne(own)
  return file.id
}

const tables: Readonly<Record<string, Table>> = {
  file: {
    machine: fileMachine,
    collection: 'files',
    asked: {
      resume: 'files.resumeUpload',
      complete: 'files.completeUpload',
      retry: 'files.retry',
      download: 'files.download',
      discard: 'files.discard',
    },
    put: (state) =>
      aFileWith(state === 'removed' ? null : { state, ...(state === 'failed' && { failure, run: 1 }) }),
    input: (fileId) => ({ fileId }),
  },
  trash: {
    machine: trashMachine,
    collection: 'files',
    asked: {
      rename: 'files.rename',
      trash: 'files.trash',
      restore: 'files.restore',
      purge: 'files.purge',
    },
    put: (place) =>
      aFileWith(
        place === 'purged'
          ? null
          : { state: 'ready', ...lookUp(trashMachine.stored, place), trashedAt: null },
      ),
    input: (fileId) => ({ fileId }),
  },
  invitation: {
    machine: invitationMachine,
    collection: 'invitations',
    asked: { resend: 'tenants.resendInvitation', revoke: 'tenants.revokeInvitation' },
    async put(state) {
      await makeRoom(callers().tenant.id)
      const email = `${unique()}@example.test`
      const { id } = await inviteMember(callers().owner, { email, role: 'viewer' })
      await InvitationModel.updateOne({ _id: id, tenantId: callers().tenant.id }, { $set: { state } })
      return id
    },
    input: (invitationId) => ({ invitationId }),
  },
  mail: {
    machine: mailMachine,
    collection: 'mails',
    asked: { resend: 'notifications.resendMail' },
    async put(state) {
      await MailAllowanceModel.deleteMany({})
      const id = await aMail(callers().tenant.id, unique())
      const variables = { tenantName: 'T', planName: 'Pro' }
      const bare = { template: 'subscription-activated', variables, sealedLink: null }
      await MailModel.updateOne({ _id: id, tenantId: callers().tenant.id }, { $set: { ...bare, state } })
      return id
    },
    input: (mailId) => ({ mailId }),
  },
}

const procedureOf = (path: string) => {
  const procedure = allProcedures().find((one) => one.path === path)
  if (!procedure) throw new Error(`There is no procedure ${path}`)
  return procedure
}

/** The row as it is, and what was ever left in the tenant. */
async function look(collection: string, id: string) {
  const { db } = mongoHandles()
  const tenantId = callers().tenant.id
  const ids = async (rows: Promise<{ _id: string }[]>) => new Set((await rows).map(({ _id }) => _id))
  return {
    row: await db.collection<{ _id: string }>(collection).findOne({ _id: id }),
    audit: await ids(AuditEntryModel.find({ tenantId }, { _id: 1 }).lean()),
    events: await ids(EventModel.find({ tenantId }, { _id: 1 }).lean()),
  }
}
type Seen = Awaited<ReturnType<typeof look>>

async function leftSince(before: Seen, { audit, events }: Seen, id: string) {
  const news = (old: Set<string>, now: Set<string>) => [...now].filter((one) => !old.has(one))
  const tenantId = callers().tenant.id
  const [entries, announced] = await Promise.all([
    AuditEntryModel.find({ tenantId, _id: { $in: news(before.audit, audit) } }).lean(),
    EventModel.find({ tenantId, _id: { $in: news(before.events, events) } }).lean(),
  ])
  return {
    audit: entries.map(({ action }) => action),
    // A mail that goes with an act has events of its own.
    events: announced
      .filter(({ payload }) => Object.values(payload as object).includes(id))
      .map(({ type }) => type),
  }
}

const carriesNothing: readonly CallerName[] = [
  'nobody',
  'an expired session',
  'a revoked session',
  'a session with a forged signature',
  'an expired key',
  'a revoked key',
]

/** Whom the table lets ask, of people in a tenant. */
const neededFor = (machine: Machine, act: string) =>
  stepOf(machine, act).by.find((one): one is Permission => permissionNames.some((known) => known === one))

function expectedOf({ machine }: Table, state: string, act: string, caller: Caller) {
  const needed = neededFor(machine, act)
  if (carriesNothing.includes(caller.name)) return { status: 401, state: null }
  if (!needed || !caller.permissions.has(needed)) return { status: 403, state: null }
  if (caller.tenantId !== callers().tenant.id || state === machine.gone) return { status: 404, state: null }
  const { doneIn = [] } = stepOf(machine, act)
  if (nextStates(machine, state, act).length > 0 || doneIn.includes(state))
    return { status: 200, state: null }
  return { status: 409, state }
}

const nothing = { audit: [], events: [] }

describe.each(Object.entries(tables))('%s', (_name, table) => {
  const { machine, collection, asked, put, input } = table
  const pairs = Object.entries(asked).flatMap(([act, path]) =>
    Object.keys(machine.states).map((state) => ({ act, path, state })),
  )

  test.each(Object.entries(asked))('the gate before “%s” asks for what the table says', (act, path) => {
    expect(procedureOf(path).meta.gate).toEqual({ scope: 'tenant', permission: neededFor(machine, act) })
    const { audit, event } = stepOf(machine, act)
    const { leaves = {} } = everyProcedure[path] ?? {}
    expect(leaves.audit ?? []).toEqual(audit ? [audit] : [])
    expect(leaves.events ?? []).toEqual(expect.arrayContaining(event ? [event] : []))
  })

  test.each(pairs)(
    '$act in the state $state is done or refused as the table says, whoever asks',
    async (pair) => {
      const { act, path, state } = pair
      const { type } = procedureOf(path)
      const step = stepOf(machine, act)
      let id = await put(state)
      for (const name of callerNames) {
        const caller = await callers().as(name, neededFor(machine, act))
        const before = await look(collection, id)
        const given = { ...input(id), ...(act === 'rename' && { name: `${unique()}.png` }) }
        const response = await call(path, type, given, { ...caller, address: anAddress() })
        const refusal = (await response.json()).error?.data?.refusal
        const after = await look(collection, id)
        const expected = expectedOf(table, state, act, caller)
        const told = { name, status: response.status, state: refusal?.details?.state ?? null }
        expect(told).toEqual({ name, ...expected })
        const left = { name, ...(await leftSince(before, after, id)) }
        const next = nextStates(machine, state, act)
        if (expected.status === 200 && next.length > 0) {
          expect(left).toEqual({
            name,
            audit: step.audit ? [step.audit] : [],
            events: step.event ? [step.event] : [],
          })
          expect(next).toContain(after.row ? stateOf(machine, after.row) : machine.gone)
          id = await put(state)
        } else {
          expect(left).toEqual({ name, ...nothing })
          expect(after.row).toEqual(before.row)
        }
        if (expected.status === 409) expect(refusal.message).toBe(refusalIn(machine, act, state).message)
      }
    },
  )

  test('an act that nobody may ask for stands behind no procedure', () => {
    const unasked = Object.entries(machine.steps).filter(
      ([act, { from, by }]) => from.length > 0 && !asked[act] && by[0] !== 'system' && by[0] !== 'addressee',
    )
    expect(unasked).toEqual([])
  })
})

describe('an invitation in the hands of whom it is for', () => {
  const choices = { accept: 'tenants.acceptInvitation', decline: 'tenants.declineInvitation' } as const
  const pairs = Object.entries(choices).flatMap(([act, path]) =>
    Object.keys(invitationMachine.states).map((state) => ({ act, path, state })),
  )
  const ask = (path: string, invitationId: string, cookie: string | undefined) =>
    call(path, 'mutation', { invitationId }, { ...(cookie && { cookie }), address: anAddress() })

  test.each(pairs)('$act in the state $state', async ({ act, path, state }) => {
    const tenantId = callers().tenant.id
    await makeRoom(tenantId)
    const [addressee, stranger] = [await aPerson(), await aPerson()]
    const { id } = await inviteMember(callers().owner, { email: addressee.user.email, role: 'viewer' })
    // Accepted is what only the addressee makes of it.
    if (state === 'accepted') await ask(choices.accept, id, addressee.cookie)
    else await InvitationModel.updateOne({ _id: id, tenantId }, { $set: { state } })
    for (const [who, status] of [
      [undefined, 401],
      [stranger.cookie, 404],
    ] as const) {
      const before = await look('invitations', id)
      expect((await ask(path, id, who)).status).toBe(status)
      expect(await look('invitations', id)).toEqual(before)
    }
    const step = stepOf(invitationMachine, act as keyof typeof choices)
    const [next] = nextStates(invitationMachine, state, act as keyof typeof choices)
    const before = await look('invitations', id)
    const { status } = await ask(path, id, addressee.cookie)
    const after = await look('invitations', id)
    const news = async (which: 'audit' | 'events') => after[which].size - before[which].size
    if (next) {
      expect({ status, state: after.row && stateOf(invitationMachine, after.row) }).toEqual({
        status: 200,
        state: next,
      })
      expect([await news('audit'), await news('events')]).toEqual([1, 1])
      expect(
        await AuditEntryModel.countDocuments({ tenantId, action: step.audit, 'actor.id': addressee.user.id }),
      ).toBe(1)
      expect(
        await EventModel.countDocuments({ tenantId, type: step.event, actorId: addressee.user.id }),
      ).toBe(1)
    } else {
      // Who holds an old mail is told that it is over, not what became of it.
      expect(status).toBe(step.doneIn?.includes(state) ? 200 : 410)
      expect(after).toEqual(before)
    }
  })
})
