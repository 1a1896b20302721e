import {
  events,
  features,
  type NewTenant,
  Refusal,
  roles,
  Slug,
  type SlugAnswer,
  type Tenant,
  type TenantChange,
} from '@insula/contracts'
import {
  FounderModel,
  isDuplicate,
  MemberModel,
  newId,
  runAgainWhenMade,
  TenantModel,
  transaction,
} from '@insula/db'
import type { z } from 'zod'
import { workIn } from '../../identity/service/index.ts'
import type { Actor, Person } from '../../kernel/actor.ts'
import { openQuotas } from '../../kernel/claims.ts'
import { emit } from '../../kernel/emit.ts'
import { record } from '../../kernel/record.ts'
import { presentTenant } from '../present.ts'

/** Founds a tenant with the person as its owner, and moves their session into it. */
export async function createTenant(person: Person, input: z.output<typeof NewTenant>): Promise<Tenant> {
  const tenantId = newId('tenant')
  const actor: Actor = {
    kind: 'user',
    id: person.user.id,
    name: person.user.name,
    tenantId,
    role: 'owner',
    permissions: new Set(roles.owner),
    entitlements: null,
    features,
    origin: person.origin,
  }
  try {
    return await transaction(async () => {
      await claimFreeTenant(person.user.id)
      const [tenant] = await TenantModel.create([{ _id: tenantId, ...input, createdBy: person.user.id }])
      if (!tenant) throw new Error('MongoDB returned no document for an insert')
      await MemberModel.create([{ tenantId, userId: person.user.id, role: 'owner' }])
      await openQuotas(tenantId, { seats: 1 })
      await workIn(person.sessionId, tenantId)
      await record(actor, 'tenant.created', targetOf(tenant), { after: input })
      await emit(actor, events.tenantCreated, { tenantId })
      return presentTenant(tenant.toObject())
    })
  } catch (error) {
    if (!isDuplicate(error, 'slug')) throw error
    const { suggestion } = await checkSlug(input.slug)
    const hint = suggestion ? ` “${suggestion}” is free.` : ''
    throw new Refusal('conflict', `This address is taken.${hint}`, { field: 'slug' })
  }
}

const maxFreeTenants = 5

/** One person founds so many tenants that nobody pays for. Write to the row first, then count: two at once cannot both pass. */
async function claimFreeTenant(userId: string): Promise<void> {
  try {
    await FounderModel.updateOne({ _id: userId }, { $inc: { founded: 1 } }, { upsert: true })
  } catch (error) {
    runAgainWhenMade(error)
  }
  const used = await TenantModel.countDocuments({ createdBy: userId, planId: 'free' })
  if (used < maxFreeTenants) return
  throw new Refusal(
    'limit_reached',
    `You founded ${used} free tenants, and more are not possible. Upgrade one of them to found another: paid ones are not counted.`,
    { limit: { key: 'free-tenants', used, limit: maxFreeTenants, requested: 1 } },
  )
}

/** Whether a slug may still be had, and one that may if it is taken. */
export async function checkSlug(input: string): Promise<z.infer<typeof SlugAnswer>> {
  const parsed = Slug.safeParse(input)
  if (!parsed.success) {
    return { available: false, reason: parsed.error.issues[0]?.message ?? 'Not an address', suggestion: null }
  }
  const slug = parsed.data
  if (!(await TenantModel.exists({ slug }))) return { available: true, reason: null, suggestion: null }
  const candidates = [2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${slug.slice(0, 37)}-${number}`)
  const taken = await TenantModel.find({ slug: { $in: candidates } }, { slug: 1 }).lean()
  const free = candidates.find((candidate) => !taken.some((tenant) => tenant.slug === candidate))
  return { available: false, reason: 'This address is taken', suggestion: free ?? null }
}

export async function getTenant(actor: Actor): Promise<Tenant> {
  const tenant = await TenantModel.findById(actor.tenantId).lean()
  if (!tenant) throw new Refusal('not_found', 'There is no such tenant.')
  return presentTenant(tenant)
}

export async function changeTenant(actor: Actor, change: z.output<typeof TenantChange>): Promise<Tenant> {
  return transaction(async () => {
    const before = await TenantModel.findByIdAndUpdate(actor.tenantId, change).lean()
    if (!before) throw new Refusal('not_found', 'There is no such tenant.')
    const changed = (Object.keys(change) as (keyof typeof change)[]).filter(
      (field) => change[field] !== undefined && before[field] !== change[field],
    )
    if (changed.length > 0) {
      await record(actor, 'tenant.changed', targetOf(before), {
        before: Object.fromEntries(changed.map((field) => [field, before[field]])),
        after: Object.fromEntries(changed.map((field) => [field, change[field]])),
      })
      await emit(actor, events.tenantChanged, { tenantId: actor.tenantId })
    }
    return presentTenant({ ...before, ...change })
  })
}

/** What the tenant has from now on, in the caller's transaction, which tells of it. */
export async function changePlan(tenantId: string, planId: string): Promise<void> {
  await TenantModel.updateOne({ _id: tenantId }, { $set: { planId } })
}

/** The tenant's name, for mails and for what outsiders with an invitation may see. */
export async function nameOfTenant(tenantId: string): Promise<string> {
  return (await TenantModel.findById(tenantId, { name: 1 }).lean())?.name ?? 'a tenant'
}

/** The names of many tenants, by their ids. */
export async function namesOfTenants(tenantIds: string[]): Promise<ReadonlyMap<string, string>> {
  const tenants = await TenantModel.find({ _id: { $in: tenantIds } }, { name: 1 }).lean()
  return new Map(tenants.map(({ _id, name }) => [_id, name]))
}

const targetOf = (tenant: { _id: string; name: string }) => ({
  kind: 'tenant',
  id: tenant._id,
  name: tenant.name,
})
