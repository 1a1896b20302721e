import { events, type PlanId, SubscriptionState } from '@insula/contracts'
import { type SubscriptionDoc, SubscriptionModel, TenantModel } from '@insula/db'
import { type PaidSubscription, payments } from '@insula/providers/payments'
import { systemActor } from '../../access/actor.ts'
import { record } from '../../audit/record.ts'
import { emit } from '../../events/emit.ts'
import { planOfProduct } from '../plans.ts'
import { fenced } from './fenced.ts'

/** States in which a tenant has a subscription, whether or not it is paid for: no second one may be begun. */
export const runs: ReadonlySet<SubscriptionState> = new Set<SubscriptionState>([
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
])

/** A late payment takes nothing away for this long, counted from the start of the unpaid period. */
const graceMs = 7 * 24 * 60 * 60_000

export interface TenantCustomer {
  tenantId: string
  stripeCustomerId: string
}

/**
 * Makes our subscriptions, and with them the tenant's plan, what Stripe says they are at this moment. Safe to run at any
 * time and any number of times: events are emitted only for what changes.
 */
export async function syncSubscriptions(
  customer: TenantCustomer,
  requestId: string,
  now: Date = new Date(),
): Promise<void> {
  const { stripeCustomerId } = customer
  await fenced(
    stripeCustomerId,
    () => payments().listSubscriptions(stripeCustomerId),
    (fresh) =>
      apply(
        customer,
        fresh.filter(({ customerId }) => customerId === stripeCustomerId),
        requestId,
        now,
      ),
  )
}

type Row = Omit<SubscriptionDoc, '_id'>

function rowOf(customer: TenantCustomer, fresh: PaidSubscription, before: Row | null, now: Date): Row {
  const state = SubscriptionState.parse(fresh.state)
  const graceEnd = new Date((fresh.currentPeriodStart ?? fresh.createdAt).getTime() + graceMs)
  const row: Row = {
    ...customer,
    planId: planOfProduct(fresh.productId),
    state,
    currentPeriodEnd: fresh.currentPeriodEnd,
    cancelAtPeriodEnd: fresh.cancelAtPeriodEnd,
    graceEndsAt: state === 'past_due' && graceEnd > now ? graceEnd : null,
    activatedAt: before?.activatedAt ?? null,
    createdAt: fresh.createdAt,
  }
  return { ...row, activatedAt: row.activatedAt ?? (planGivenBy(row) ? now : null) }
}

/** The plan that a subscription gives in its present state; null when none. */
export function planGivenBy({ state, graceEndsAt, planId }: Row): PlanId | null {
  const given = state === 'active' || state === 'trialing' || (state === 'past_due' && graceEndsAt)
  return given ? ((planId ?? null) as PlanId | null) : null
}

async function apply(
  customer: TenantCustomer,
  all: PaidSubscription[],
  requestId: string,
  now: Date,
): Promise<void> {
  const { tenantId } = customer
  const actor = systemActor(tenantId, requestId)
  const tenant = await TenantModel.findById(tenantId, { name: 1, planId: 1 }).lean()
  if (!tenant) return
  const known = new Map((await SubscriptionModel.find({ tenantId }).lean()).map((row) => [row._id, row]))
  let planId: PlanId = 'free'
  let told: string | null = null
  for (const fresh of all) {
    const before = known.get(fresh.id) ?? null
    const after = rowOf(customer, fresh, before, now)
    planId = planGivenBy(after) ?? planId
    if (before && same(before, after)) continue
    await SubscriptionModel.replaceOne({ tenantId, _id: fresh.id }, after, { upsert: true })
    const target = { kind: 'subscription', id: fresh.id, name: after.planId ?? null }
    const change = { before: before ? facts(before) : {}, after: facts(after) }
    const subscriptionId = fresh.id
    if (after.activatedAt && !before?.activatedAt) {
      const activated = { planId: planGivenBy(after) ?? 'free', subscriptionId }
      await record(actor, 'subscription.activated', target, change)
      await emit(actor, events.subscriptionActivated, activated)
    } else {
      await record(actor, 'subscription.changed', target, change)
      await emit(actor, events.subscriptionChanged, {
        planId: (after.planId ?? 'free') as PlanId,
        subscriptionId,
        state: after.state,
      })
    }
    told = fresh.id
  }
  if (tenant.planId === planId) return
  await TenantModel.updateOne({ _id: tenantId }, { $set: { planId } })
  if (planId === 'free') {
    const target = { kind: 'tenant', id: tenantId, name: tenant.name }
    await record(actor, 'subscription.ended', target, {
      before: { planId: tenant.planId },
      after: { planId },
    })
  }
  // The plan can change without the subscription: when another one ended, or patience did.
  if (told === null) {
    const subscriptionId = all[0]?.id ?? ''
    await emit(actor, events.subscriptionChanged, {
      planId,
      subscriptionId,
      state: all[0]?.state ?? 'canceled',
    })
  }
}

const facts = ({ planId, state, currentPeriodEnd, cancelAtPeriodEnd, graceEndsAt }: Row) => ({
  planId: planId ?? null,
  state,
  currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null,
  cancelAtPeriodEnd,
  graceEndsAt: graceEndsAt?.toISOString() ?? null,
})

const same = (before: Row, after: Row) => JSON.stringify(facts(before)) === JSON.stringify(facts(after))
