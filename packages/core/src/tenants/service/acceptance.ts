import {
  features,
  type InvitationChoice,
  type InvitationPreview,
  type OwnInvitation,
  type Permission,
  permissionsOf,
  Refusal,
  type Role,
} from '@insula/contracts'
import {
  acrossTenants,
  type InvitationDoc,
  InvitationModel,
  MemberModel,
  newId,
  transaction,
} from '@insula/db'
import type { z } from 'zod'
import { isRegistered, workIn } from '../../identity/service/index.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import { heldThrough, heldThroughEach } from '../../kernel/grants.ts'
import { moveIfItCan } from '../../kernel/move.ts'
import { hashOf } from '../../kernel/secret.ts'
import { anInvitation } from '../kinds.ts'
import { giverNameOf } from '../present.ts'
import { endInvitation } from './end-invitation.ts'
import { changePeople } from './members.ts'
import { nameOfTenant, namesOfTenants } from './tenant.ts'

/** What the holder of a mailed link may see before deciding. Opening the link changes nothing. */
export async function previewInvitation(token: string): Promise<z.infer<typeof InvitationPreview>> {
  const doc = await findByToken(token)
  if (doc.state !== 'accepted') await requireGood(doc)
  return {
    tenantName: await nameOfTenant(doc.tenantId),
    invitedBy: giverNameOf(doc),
    email: doc.email,
    role: doc.role as Role,
    expiresAt: doc.expiresAt.toISOString(),
    hasAccount: await isRegistered(doc.email),
    accepted: doc.state === 'accepted',
  }
}

/** The address that an invitation's token proves: it was mailed there and nowhere else. Throws `gone`. */
export async function proveByInvitation(token: string): Promise<string> {
  const doc = await findByToken(token)
  await requireGood(doc)
  return doc.email
}

/** The open invitations of one's own address, newest first, wherever their mails are. */
export async function listOwnInvitations(person: Person): Promise<OwnInvitation[]> {
  if (!person.user.emailVerified) return []
  const docs = await acrossTenants(
    InvitationModel.find({ email: person.user.email, state: 'pending', expiresAt: { $gt: new Date() } })
      .sort({ _id: -1 })
      .limit(50)
      .lean(),
    'invitations to one’s own proven address',
  )
  const [held, names] = await Promise.all([
    heldThroughEach(docs.map(({ tenantId, invitedBy }) => ({ tenantId, giver: invitedBy }))),
    namesOfTenants(docs.map(({ tenantId }) => tenantId)),
  ])
  return docs
    .filter(({ role }, index) => mayStillBeGiven(role, held[index]))
    .map((doc) => ({
      id: doc._id,
      tenantName: names.get(doc.tenantId) ?? 'a tenant',
      invitedBy: giverNameOf(doc),
      role: doc.role as Role,
      expiresAt: doc.expiresAt.toISOString(),
    }))
}

/**
 * Joins the tenant; the session moves into it. Only the invited address can. Done again by who did it, it leads in: a
 * double click is one acceptance, and a used link opened later still shows the way.
 */
export async function acceptInvitation(
  person: Person,
  choice: z.output<typeof InvitationChoice>,
): Promise<{ tenantId: string }> {
  return transaction(async () => {
    const doc = await findChosen(person, choice)
    const { tenantId } = doc
    const isMember = () => MemberModel.exists({ tenantId, userId: person.user.id })
    if (doc.state === 'accepted') {
      if (!(await isMember())) throw spent()
    } else {
      await requireGood(doc)
      await changePeople(tenantId)
      // Whoever came in another way meanwhile has a seat already.
      if (await isMember()) await endInvitation(actorFor(person, doc), doc._id, 'revoke')
      else await join(person, doc)
    }
    await workIn(person.sessionId, tenantId)
    return { tenantId }
  })
}

export async function declineInvitation(
  person: Person,
  choice: z.output<typeof InvitationChoice>,
): Promise<void> {
  await transaction(async () => {
    const doc = await findChosen(person, choice)
    if (doc.state === 'declined') return
    if (!(await endInvitation(actorFor(person, doc), doc._id, 'decline'))) throw spent()
  })
}

/** The seat was taken with the invitation; the member keeps it. */
async function join(person: Person, doc: InvitationDoc): Promise<void> {
  const { tenantId, role } = doc
  const memberId = newId('member')
  const taken = await moveIfItCan(actorFor(person, doc), anInvitation, 'accept', doc._id, {
    still: { tokenHash: doc.tokenHash },
    target: { kind: 'member', id: memberId, name: person.user.name },
    change: () => ({ after: { email: doc.email, role } }),
    payload: { memberId, userId: person.user.id },
  })
  if (!taken) throw spent()
  await MemberModel.create([{ _id: memberId, tenantId, userId: person.user.id, role }])
}

/** The invitation is judged again, by what the person who stands behind it holds now. */
const isGood = async (doc: InvitationDoc) =>
  mayStillBeGiven(doc.role, await heldThrough(doc.tenantId, doc.invitedBy))

function mayStillBeGiven(role: string, held: ReadonlySet<Permission> = new Set()): boolean {
  const given = permissionsOf(role)
  return given.length > 0 && given.every((permission) => held.has(permission))
}

async function requireGood(doc: InvitationDoc): Promise<void> {
  if (doc.state !== 'pending' || doc.expiresAt <= new Date()) throw spent()
  if (await isGood(doc)) return
  throw new Refusal(
    'gone',
    'Whoever sent this invitation may not give this role any more. Ask for a new one to be sent.',
  )
}

async function findChosen(person: Person, choice: z.output<typeof InvitationChoice>): Promise<InvitationDoc> {
  if ('token' in choice) {
    const doc = await findByToken(choice.token)
    if (person.user.email === doc.email && person.user.emailVerified) return doc
    throw new Refusal('forbidden', `This invitation is for ${doc.email}. Sign in with that address.`)
  }
  const doc = person.user.emailVerified
    ? await acrossTenants(
        InvitationModel.findOne({ _id: choice.invitationId, email: person.user.email }).lean(),
        'an invitation to one’s own proven address',
      )
    : null
  if (!doc) throw new Refusal('not_found', 'There is no such invitation for your address.')
  return doc
}

async function findByToken(token: string): Promise<InvitationDoc> {
  const doc = await acrossTenants(
    InvitationModel.findOne({ tokenHash: hashOf(token) }).lean(),
    'the token is what tells the tenant',
  )
  if (!doc || (doc.state !== 'pending' && doc.state !== 'accepted' && doc.state !== 'declined')) throw spent()
  return doc
}

const actorFor = (person: Person, doc: InvitationDoc): Actor => ({
  kind: 'user',
  id: person.user.id,
  name: person.user.name,
  tenantId: doc.tenantId,
  role: doc.role as Role,
  permissions: new Set(permissionsOf(doc.role)),
  entitlements: null,
  features,
  origin: person.origin,
})

const spent = () =>
  new Refusal('gone', 'This invitation was used, withdrawn or is too old. Ask for a new one to be sent.')
