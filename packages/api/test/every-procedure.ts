import { randomUUID } from 'node:crypto'
import type { AuditAction, EventType, MailTemplate, Role } from '@insula/contracts'
import { createApiKey } from '@insula/core/access/service/api-keys'
import { startCheckout } from '@insula/core/billing/service/index'
import type { Actor } from '@insula/core/kernel/actor'
import { addMember } from '@insula/core/tenants/seed'
import { inviteMember } from '@insula/core/tenants/service/index'
import {
  AuditEntryModel,
  FileModel,
  MailAllowanceModel,
  MailModel,
  MemberModel,
  QuotaModel,
  SessionModel,
} from '@insula/db'
import { enqueue, queueOf } from '@insula/jobs'
import { queuePrefix } from '@insula/jobs/env'
import { eventJobs } from '@insula/jobs/events'
import { aMember, aPerson, aTenant, type SomebodySignedIn, signedIn } from '@insula/testing'
import type { Caller, Callers } from '@insula/testing/callers'
import { aSentUpload } from '@insula/testing/things/files'
import { invitationTokenFor } from '@insula/testing/things/notifications'
import { UnrecoverableError, Worker } from 'bullmq'
import { aFile, aMail } from './things.ts'

/** For whom a call is prepared: things are made in the first tenant, by its owner. */
export interface Occasion {
  callers: Callers
  caller: Caller
}

/** What a change leaves behind. */
export interface Traces {
  audit?: AuditAction[]
  events?: EventType[]
  mails?: MailTemplate[]
}

export interface ProcedureCase {
  /** Valid input, of things that are made for this one call. Left out: the procedure takes none. */
  input?(occasion: Occasion): Promise<unknown> | unknown
  /** The input names a thing of the first tenant: for who belongs elsewhere there is no such thing. */
  thing?: true
  /** What somebody who gets past the gate is told, where it is not 200. */
  told?(caller: Caller): { status: number; code: string } | null
  /** Puts a caller back where it stood. */
  after?(occasion: Occasion): Promise<unknown>
  /** Of one call by an owner. A query leaves nothing unless this says so. */
  leaves?: Traces
  /** What the same call leaves when it is made once more, where that is not nothing. */
  leavesAgain?: Traces
}

const unique = () => randomUUID().slice(0, 8)
const conflict = { status: 409, code: 'conflict' }
const missing = { status: 404, code: 'not_found' }

const file = ({ callers }: Occasion) => aFile(callers.owner, `${unique()}.png`)
const theFile = async (occasion: Occasion) => ({ fileId: await file(occasion) })

async function fileWith(occasion: Occasion, change: Record<string, unknown>) {
  const fileId = await file(occasion)
  await FileModel.updateOne({ tenantId: occasion.callers.tenant.id, _id: fileId }, change)
  return { fileId }
}

async function failedFile({ callers }: Occasion) {
  const ticket = await aSentUpload(callers.owner)
  const failure = { code: 'gave-up', message: 'Gave up.', retryable: true }
  await FileModel.updateOne(
    { tenantId: callers.tenant.id, _id: ticket.file.id },
    { state: 'failed', failure, run: 1 },
  )
  return { fileId: ticket.file.id }
}

async function invitation({ callers }: Occasion, email = `${unique()}@example.test`) {
  await makeRoom(callers.tenant.id)
  return { invitationId: (await inviteMember(callers.owner, { email, role: 'viewer' })).id }
}

/** An invitation of the caller's own address into a tenant it does not belong to. */
async function ownInvitation({ caller }: Occasion) {
  const { actor } = await aTenant()
  await MailAllowanceModel.deleteMany({})
  const email = caller.person?.user.email ?? `${unique()}@example.test`
  await inviteMember(actor, { email, role: 'viewer' })
  return { token: await invitationTokenFor(email) }
}

async function anotherMember({ callers }: Occasion, role: Role = 'viewer') {
  await makeRoom(callers.tenant.id)
  const { person } = await aMember(callers.tenant.id, role)
  const member = await MemberModel.findOne({
    tenantId: callers.tenant.id,
    userId: person.user.id,
  }).lean()
  return member?._id ?? ''
}

/** Many calls fill a plan; how full it is is not what is asked here. */
async function makeRoom(tenantId: string) {
  await QuotaModel.updateMany({ tenantId, key: { $ne: 'storage-bytes' } }, { used: 0 })
  await MailAllowanceModel.deleteMany({})
}

async function sentMail({ callers }: Occasion) {
  const tenantId = callers.tenant.id
  await MailAllowanceModel.deleteMany({})
  const mailId = await aMail(tenantId, unique())
  const gone = { state: 'sent', template: 'subscription-activated', sealedLink: null, dueAt: null }
  const variables = { tenantName: 'T', planName: 'Pro' }
  await MailModel.updateOne({ tenantId, _id: mailId }, { $set: { ...gone, variables } })
  return { mailId }
}

/** Which tenant a call that names no thing acts in. */
const actingIn = ({ callers, caller }: Occasion): Actor =>
  caller.tenantId === callers.other.tenant.id ? callers.other.owner : callers.owner

async function waitingJob() {
  const eventId = `evt_${unique()}`
  await enqueue(eventJobs.dispatchEvent, { eventId }, 60_000)
  const jobs = await queueOf('events').getJobs(['delayed'])
  return { queue: 'events', jobId: jobs.find((job) => job.data.eventId === eventId)?.id ?? '' }
}

/** In the one queue that nothing else fills, so that the job taken is the one that was put there. */
async function failedJob() {
  const queue = queueOf('tenants')
  const { id: jobId = '' } = await queue.add('tenants.try', {}, { attempts: 1 })
  const connection = { url: process.env.REDIS_URL ?? '' }
  const worker = new Worker(queue.name, null, { connection, prefix: queuePrefix() })
  const job = await worker.getNextJob('a test', { block: false })
  await job?.moveToFailed(new UnrecoverableError('given up'), 'a test', false)
  await worker.close()
  return { queue: queue.name, jobId }
}

const backInto = ({ caller, callers }: Occasion) =>
  SessionModel.updateOne(
    { _id: caller.person?.sessionId },
    { activeTenantId: caller.name === 'a removed member' ? callers.tenant.id : caller.tenantId },
  )

async function rejoin({ caller, callers }: Occasion) {
  const role = caller.name as Role
  if (!caller.person || !(['viewer', 'member', 'admin'] as string[]).includes(role)) return
  await makeRoom(callers.tenant.id)
  await addMember(callers.tenant.id, caller.person.user, role)
  await backInto({ caller, callers })
}

const otherSession = async (person: SomebodySignedIn | undefined) =>
  (await signedIn((person ?? (await aPerson())).user)).sessionId

/** One valid call of every procedure there is. A procedure that is missing here fails a test. */
export const everyProcedure: Record<string, ProcedureCase> = {
  'access.createApiKey': {
    async input(occasion) {
      await makeRoom(actingIn(occasion).tenantId)
      return { name: 'made', scopes: ['tenant:read'], expiresInDays: 1 }
    },
    leaves: { audit: ['api-key.created'] },
    leavesAgain: { audit: ['api-key.created'] },
  },
  'access.listApiKeys': {},
  'access.revokeApiKey': {
    thing: true,
    async input({ callers }) {
      await makeRoom(callers.tenant.id)
      const made = await createApiKey(callers.owner, {
        name: 'to be revoked',
        scopes: ['tenant:read'],
        expiresInDays: 1,
      })
      return { apiKeyId: made.apiKey.id }
    },
    leaves: { audit: ['api-key.revoked'] },
  },
  'audit.get': {
    input: async ({ callers }) => ({
      auditEntryId: (await AuditEntryModel.findOne({ tenantId: callers.tenant.id }).lean())?._id,
    }),
    thing: true,
  },
  'audit.list': { input: () => ({ limit: 1 }) },
  'billing.listInvoices': { input: () => ({ limit: 1 }) },
  'billing.listPlans': {},
  'billing.overview': {},
  'billing.openPortal': {
    async input(occasion) {
      await startCheckout(actingIn(occasion), { planId: 'pro' })
    },
  },
  'billing.resumeSubscription': { told: () => ({ status: 409, code: 'conflict' }) },
  'billing.startCheckout': {
    input: () => ({ planId: 'pro' }),
    leaves: { audit: ['checkout.started'] },
  },
  'events.live': {},
  'files.completeUpload': {
    thing: true,
    input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
    leaves: { audit: ['file.uploaded'], events: ['file.uploaded'] },
  },
  'files.download': {
    thing: true,
    input: theFile,
    leaves: { audit: ['file.downloaded'] },
    leavesAgain: { audit: ['file.downloaded'] },
  },
  'files.discard': {
    thing: true,
    input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
    leaves: { audit: ['file.discarded'], events: ['file.purged'] },
  },
  'files.emptyTrash': {
    async input(occasion) {
      const { tenantId } = actingIn(occasion)
      await FileModel.deleteMany({ tenantId, trashed: true })
      await fileWith(occasion, { trashed: true, trashedAt: new Date() })
    },
    leaves: { audit: ['file.purged'], events: ['file.purged'] },
  },
  'files.get': { thing: true, input: theFile },
  'files.list': { input: () => ({ limit: 1 }) },
  'files.purge': {
    thing: true,
    input: (occasion) => fileWith(occasion, { trashed: true, trashedAt: new Date() }),
    leaves: { audit: ['file.purged'], events: ['file.purged'] },
  },
  'files.rename': {
    thing: true,
    input: async (occasion) => ({ ...(await theFile(occasion)), name: 'renamed.png' }),
    leaves: { audit: ['file.renamed'], events: ['file.changed'] },
  },
  'files.restore': {
    thing: true,
    input: (occasion) => fileWith(occasion, { trashed: true, trashedAt: new Date() }),
    leaves: { audit: ['file.restored'], events: ['file.changed'] },
  },
  'files.resumeUpload': {
    thing: true,
    input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
    leaves: { audit: ['file.upload-resumed'] },
    leavesAgain: { audit: ['file.upload-resumed'] },
  },
  'files.retry': {
    thing: true,
    input: failedFile,
    leaves: { audit: ['file.retried'], events: ['file.changed'] },
  },
  'files.startUpload': {
    input: () => ({ name: 'new.png', bytes: 10, contentType: 'image/png' }),
    leaves: { audit: ['file.upload-started'], events: ['file.changed'] },
    leavesAgain: { audit: ['file.upload-started'], events: ['file.changed'] },
  },
  'files.trash': {
    thing: true,
    input: theFile,
    leaves: { audit: ['file.trashed'], events: ['file.changed'] },
  },
  'files.uploadsByDay': { input: () => ({ days: 7 }) },
  'files.usage': {},
  'identity.changeProfile': {
    input: () => ({ name: 'Ada Byron' }),
    leaves: { audit: ['user.profile-changed'] },
  },
  'identity.listActivity': {},
  'identity.listSessions': {},
  'identity.me': {},
  'identity.revokeOtherSessions': {
    async input({ caller }) {
      await otherSession(caller.person)
    },
    leaves: { audit: ['session.revoked'] },
  },
  'identity.revokeSession': {
    input: async ({ caller }) => ({ sessionId: await otherSession(caller.person) }),
    leaves: { audit: ['session.revoked'] },
  },
  'notifications.getMail': {
    thing: true,
    input: async ({ callers }) => ({ mailId: await aMail(callers.tenant.id, unique()) }),
  },
  'notifications.listMails': { input: () => ({ limit: 1 }) },
  'notifications.resendMail': {
    thing: true,
    input: sentMail,
    leaves: { audit: ['mail.resent'], events: ['mail.changed'] },
  },
  'platform.discardJob': { input: waitingJob, leaves: { audit: ['job.discarded'] } },
  'platform.health': {},
  'platform.listJobs': { input: () => ({ queue: 'events', state: 'delayed' }) },
  'platform.listQueues': {},
  'platform.listTenants': { input: () => ({ limit: 1 }) },
  'platform.retryJob': { input: failedJob, leaves: { audit: ['job.retried'] } },
  'tenants.acceptInvitation': {
    input: ownInvitation,
    after: backInto,
    leaves: { audit: ['member.joined'], events: ['member.joined'] },
  },
  'tenants.change': {
    input: () => ({ name: `Renamed ${unique()}` }),
    leaves: { audit: ['tenant.changed'], events: ['tenant.changed'] },
  },
  'tenants.changeRole': {
    thing: true,
    input: async (occasion) => ({ memberId: await anotherMember(occasion), role: 'member' }),
    leaves: { audit: ['member.role-changed'], events: ['member.changed'] },
  },
  'tenants.checkSlug': { input: () => ({ slug: `free-${unique()}` }) },
  'tenants.create': {
    input: () => ({ name: 'Founded', slug: `founded-${unique()}` }),
    after: backInto,
    leaves: { audit: ['tenant.created'], events: ['tenant.created'] },
  },
  'tenants.declineInvitation': {
    input: ownInvitation,
    leaves: { audit: ['invitation.declined'], events: ['invitation.changed'] },
  },
  'tenants.get': {},
  'tenants.invite': {
    async input(occasion) {
      await makeRoom(actingIn(occasion).tenantId)
      return { email: `${unique()}@example.test`, role: 'viewer' }
    },
    leaves: {
      audit: ['member.invited'],
      events: ['member.invited', 'mail.changed'],
      mails: ['invitation'],
    },
  },
  'tenants.leave': {
    // A key is nobody's seat, and an owner who is the last one stays.
    async input({ callers }) {
      const { tenant, owner } = callers
      await MemberModel.updateMany(
        { tenantId: tenant.id, role: 'owner', userId: { $ne: owner.id ?? '' } },
        { role: 'viewer' },
      )
    },
    told: ({ name }) =>
      name.includes('key') ? missing : name === 'owner' || name.includes('another') ? conflict : null,
    after: rejoin,
    leaves: { audit: ['member.removed'], events: ['member.removed'] },
  },
  'tenants.listInvitations': { input: () => ({ limit: 1 }) },
  'tenants.listOwnInvitations': {},
  'tenants.people': {},
  'tenants.previewRemoval': {
    thing: true,
    input: async (occasion) => ({ memberId: await anotherMember(occasion, 'member'), role: 'viewer' }),
  },
  'tenants.previewInvitation': { input: ownInvitation },
  'tenants.removeMember': {
    thing: true,
    input: async (occasion) => ({ memberId: await anotherMember(occasion) }),
    leaves: { audit: ['member.removed'], events: ['member.removed'] },
  },
  'tenants.resendInvitation': {
    thing: true,
    input: invitation,
    leaves: {
      audit: ['invitation.resent'],
      events: ['invitation.changed', 'mail.changed'],
      mails: ['invitation'],
    },
    leavesAgain: {
      audit: ['invitation.resent'],
      events: ['invitation.changed', 'mail.changed'],
      mails: ['invitation'],
    },
  },
  'tenants.revokeInvitation': {
    thing: true,
    input: invitation,
    leaves: { audit: ['invitation.revoked'], events: ['invitation.changed'] },
  },
  'tenants.switch': {
    input: ({ callers }) => ({ tenantId: callers.tenant.id }),
    told: ({ tenantId, name }) =>
      tenantId && name !== 'a removed member' && !name.includes('another') ? null : missing,
  },
}
