import { freePlanId, type Permission, permissionNames, permissionsOf, type User } from '@insula/contracts'
import {
  type ApiKeyDoc,
  ApiKeyModel,
  acrossTenants,
  everybody,
  type MemberDoc,
  MemberModel,
  PlanModel,
  type SessionDoc,
  SessionModel,
  type TenantDoc,
  TenantModel,
  type UserDoc,
  UserModel,
} from '@insula/db'
import { type Reading, remembered } from '@insula/providers/remembered'
import { presentUser } from '../identity/service/index.ts'
import { scopesNow } from '../kernel/grants.ts'
import { type GivingRow, giftOf, type PlanGift, planOf } from '../kernel/plans.ts'
import { textOf } from '../kernel/stored.ts'

/** Who a session stands for. JSON, since it is remembered in Redis. */
export interface SessionHolder {
  user: User
  sessionId: string
  /** Milliseconds since 1970. */
  expiresAt: number
  activeTenantId: string | null
  /** Null for who is not, or no longer, a member of that tenant. */
  seat: ({ role: string } & PlanGift) | null
}

/** What an API key stands for, with what the plan of its tenant gives. */
export interface KeyHolder extends PlanGift {
  apiKeyId: string
  name: string
  tenantId: string
  permissions: Permission[]
  expiresAt: number | null
}

/**
 * Who holds the session of this token's hash; null for none. Remembered for a second at most, and forgotten by each change of
 * the session, the person, their membership, the tenant and its plan.
 */
export const holderOfSession = (tokenHash: string): Promise<SessionHolder | null> =>
  remembered(`session:${tokenHash}`, () => readSession(tokenHash))

/** The same for an API key that is not revoked, by its hash. */
export const holderOfKey = (secretHash: string): Promise<KeyHolder | null> =>
  remembered(`key:${secretHash}`, () => readKey(secretHash))

const joined = (
  model: { collection: { name: string } },
  localField: string,
  foreignField: string,
  as: string,
) => ({
  $lookup: { from: model.collection.name, localField, foreignField, as },
})

/** The published version of the plan that each of the tenants found so far is on. */
const joinedPlans = {
  $lookup: {
    from: PlanModel.collection.name,
    localField: 'tenants.planId',
    foreignField: 'planId',
    pipeline: [{ $match: { state: 'published' } }, { $project: { limits: 1, features: 1 } }],
    as: 'plans',
  },
}

/** A plan that is unknown gives what the free one gives. */
async function givenBy([plan]: GivingRow[]): Promise<PlanGift> {
  if (plan) return giftOf(plan)
  const { entitlements, features } = await planOf(freePlanId)
  return { entitlements, features }
}

const nobody = { value: null, about: null }

type SessionRow = SessionDoc & {
  users: UserDoc[]
  members: MemberDoc[]
  tenants: TenantDoc[]
  plans: GivingRow[]
}

async function readSession(token: string): Promise<Reading<SessionHolder | null>> {
  const [session] = await acrossTenants(
    SessionModel.aggregate<SessionRow>([
      { $match: { token } },
      joined(UserModel, 'userId', '_id', 'users'),
      joined(MemberModel, 'userId', 'userId', 'members'),
      joined(TenantModel, 'activeTenantId', '_id', 'tenants'),
      joinedPlans,
    ]),
    'the session tells the person, and the person the tenant',
  )
  const user = session?.users[0]
  if (!session || !user?.emailVerified) return nobody
  const { _id, activeTenantId, tenants } = session
  const tenant = tenants[0]
  const member = tenant && session.members.find(({ tenantId }) => tenantId === tenant._id)
  return {
    value: {
      user: presentUser(user),
      sessionId: _id,
      expiresAt: session.expiresAt.getTime(),
      activeTenantId: activeTenantId ?? null,
      seat: member ? { role: textOf(member.role, 'none'), ...(await givenBy(session.plans)) } : null,
    },
    about: [everybody, _id, user._id, ...(tenant ? [tenant._id] : [])],
  }
}

const minuteMs = 60_000

async function readKey(secretHash: string): Promise<Reading<KeyHolder | null>> {
  const [key] = await acrossTenants(
    ApiKeyModel.aggregate<ApiKeyDoc & { members: MemberDoc[]; tenants: TenantDoc[]; plans: GivingRow[] }>([
      { $match: { secretHash, revokedAt: null } },
      joined(MemberModel, 'createdBy.userId', 'userId', 'members'),
      joined(TenantModel, 'tenantId', '_id', 'tenants'),
      joinedPlans,
    ]),
    'the key is what tells the tenant',
  )
  const tenant = key?.tenants[0]
  if (!key || !tenant) return nobody
  const { _id, tenantId, lastUsedAt, createdBy } = key
  if (!lastUsedAt || Date.now() - lastUsedAt.getTime() > minuteMs) {
    await ApiKeyModel.updateOne({ tenantId, _id }, { lastUsedAt: new Date() })
  }
  const member = key.members.find((one) => one.tenantId === tenantId)
  const isPlain = typeof createdBy?.userId === 'string'
  // Keys that the system made, and rows of earlier releases that do not name a person, are looked up through their makers.
  const held = isPlain
    ? permissionNames.filter(
        (one) => key.scopes.includes(one) && permissionsOf(member?.role ?? '').includes(one),
      )
    : [...(await scopesNow(key))]
  return {
    value: {
      apiKeyId: _id,
      name: key.name,
      tenantId,
      permissions: held,
      expiresAt: key.expiresAt?.getTime() ?? null,
      ...(await givenBy(key.plans)),
    },
    about: isPlain ? [everybody, _id, createdBy.userId as string, tenantId] : null,
  }
}
