import {
  events,
  freePlanId,
  SubscriptionState,
  standing,
  stepOf,
  subscriptionMachine,
} from '@insula/contracts'
import {
  BillingCustomerModel,
  CheckoutModel,
  newId,
  type SubscriptionDoc,
  SubscriptionModel,
  transaction,
} from '@insula/db'
import { type StripeSubscription, stripeProvider } from '@insula/providers/stripe'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { emit } from '../../kernel/emit.ts'
import { leave } from '../../kernel/move.ts'
import { plansOf } from '../../kernel/plans.ts'
import { record } from '../../kernel/record.ts'
import { tenantOf } from '../../kernel/tenant.ts'
import { changePlan } from '../../tenants/service/index.ts'
import { planOfProducts } from '../service/plans.ts'
import { closeCheckout } from './checkouts.ts'
import { fenced } from './fenced.ts'

/** A late payment takes nothing away for this long, counted from the start of the unpaid period. */
const graceMs = 7 * 24 * 60 * 60_000

export interface TenantCustomer {
  tenantId: string
  stripeCustomerId: string
}

/**
 * Makes our subscriptions, and with them the tenant's plan, what Stripe says they are at this moment. Safe to run at any
 * time and any number of times: events are emitted only for what changes. A customer that is gone at Stripe is retired.
 */
export async function syncSubscriptions(
  customer: TenantCustomer,
  requestId: string,
  now: Date = new Date(),
): Promise<void> {
  const { stripeCustomerId } = customer
  await fenced(
    stripeCustomerId,
    () => stripeProvider().listSubscriptions(stripeCustomerId),
    async (fresh) => {
      if (fresh === null) return retireCustomer(customer, requestId, now)
      // Also makes two of one tenant queue up, so that each sees what the other left.
      const current = await BillingCustomerModel.updateOne(customer, { $set: { syncedAt: now } })
      if (current.matchedCount === 0) return
      const own = fresh.filter(({ customerId }) => customerId === stripeCustomerId)
      await applySubscriptions(customer, own, requestId, now)
    },
  )
}

/**
 * Lets go of a customer that was deleted at Stripe: what it subscribed to ends, its open checkout too, and the next
 * checkout makes a new one. Twice is once.
 */
export async function retireCustomer(
  customer: TenantCustomer,
  requestId: string,
  now: Date = new Date(),
): Promise<void> {
  const { tenantId, stripeCustomerId } = customer
  await transaction(async () => {
    const before = await BillingCustomerModel.findOneAndUpdate(customer, {
      $unset: { stripeCustomerId: 1 },
      $addToSet: { formerCustomerIds: stripeCustomerId },
      $set: { operationId: newId('checkout'), syncedAt: now },
    }).lean()
    if (!before) return
    const target = { kind: 'billing-customer', id: stripeCustomerId, name: before.name }
    await record(systemActor(tenantId, requestId), 'billing-customer.deleted', target)
    const open = await CheckoutModel.findOne({ tenantId, stripeCustomerId, state: 'open' }).lean()
    if (open) await closeCheckout(open, 'expired')
    await applySubscriptions(customer, [], requestId, now)
  })
}

type Row = Omit<SubscriptionDoc, '_id'>

function rowOf(
  customer: TenantCustomer,
  fresh: StripeSubscription,
  planId: string | null,
  known: ReadonlyMap<string, Row>,
  now: Date,
): Row {
  const before = known.get(fresh.id)
  const state = SubscriptionState.parse(fresh.state)
  const graceEnd = new Date((fresh.currentPeriodStart ?? fresh.createdAt).getTime() + graceMs)
  const row: Row = {
    ...customer,
    planId,
    state,
    currentPeriodEnd: fresh.currentPeriodEnd,
    cancelAtPeriodEnd: fresh.cancelAtPeriodEnd,
    graceEndsAt: standing[state].gives === 'plan-for-a-while' && graceEnd > now ? graceEnd : null,
    activatedAt: before?.activatedAt ?? null,
    createdAt: fresh.createdAt,
  }
  return { ...row, activatedAt: row.activatedAt ?? (planGivenBy(row) ? now : null) }
}

/** The plan that a subscription gives in its present state; null when none. */
export function planGivenBy({ state, graceEndsAt, planId }: Row): string | null {
  const { gives } = standing[state]
  return gives === 'plan' || (gives === 'plan-for-a-while' && graceEndsAt) ? (planId ?? null) : null
}

/** `fresh` are the customer's subscriptions as Stripe just told them; those it no longer knows are over. */
async function applySubscriptions(
  customer: TenantCustomer,
  fresh: StripeSubscription[],
  requestId: string,
  now: Date,
): Promise<void> {
  const { tenantId } = customer
  const actor = systemActor(tenantId, requestId)
  const tenant = await tenantOf(tenantId)
  if (!tenant) return
  const known = new Map((await SubscriptionModel.find({ tenantId }).lean()).map((row) => [row._id, row]))
  const planOfProduct = await planOfProducts(fresh.map(({ productId }) => productId))
  const rows = new Map<string, Row>(
    fresh.map((one) => [one.id, rowOf(customer, one, planOfProduct(one.productId), known, now)]),
  )
  for (const [id, { _id, ...row }] of known) if (!rows.has(id)) rows.set(id, ended(row))
  let told = false
  for (const [id, after] of rows) {
    const before = known.get(id) ?? null
    if (before && same(before, after)) continue
    // The whole row is Stripe's, read under a ticket (see `fenced`), and not moved from the state that ours was in.
    await SubscriptionModel.replaceOne({ tenantId, _id: id }, after, { upsert: true })
    await tell(actor, id, before, after)
    told = true
  }
  const planId = await largestPlan([...rows.values()])
  if (tenant.planId === planId) return
  await changePlan(tenantId, planId)
  if (planId === freePlanId) {
    const target = { kind: 'tenant', id: tenantId, name: tenant.name }
    await record(actor, 'subscription.ended', target, {
      before: { planId: tenant.planId },
      after: { planId },
    })
  }
  // The plan can change without the subscription: when the grace period ended.
  if (!told) {
    const [newest] = [...rows].sort(
      ([, one], [, other]) => other.createdAt.getTime() - one.createdAt.getTime(),
    )
    await emit(actor, events.subscriptionChanged, {
      planId,
      subscriptionId: newest?.[0] ?? '',
      state: newest?.[1].state ?? 'canceled',
    })
  }
}

const ended = (row: Row): Row =>
  standing[row.state].over ? row : { ...row, state: 'canceled', graceEndsAt: null, cancelAtPeriodEnd: false }

/** The largest plan that any of them gives. */
async function largestPlan(rows: Row[]): Promise<string> {
  const given = [...new Set(rows.flatMap((row) => planGivenBy(row) ?? []))]
  if (given.length < 2) return given[0] ?? freePlanId
  const planOf = await plansOf(given)
  const monthly = (planId: string) => {
    const { month, year } = planOf(planId).prices
    return month ?? (year ?? 0) / 12
  }
  return given.reduce((best, one) => (monthly(one) > monthly(best) ? one : best))
}

async function tell(actor: Actor, subscriptionId: string, before: Row | null, after: Row): Promise<void> {
  const target = { kind: 'subscription', id: subscriptionId, name: after.planId ?? null }
  const change = { before: before ? facts(before) : {}, after: facts(after) }
  if (after.activatedAt && !before?.activatedAt) {
    const payload = { planId: planGivenBy(after) ?? freePlanId, subscriptionId }
    await leave(actor, stepOf(subscriptionMachine, before ? 'activate' : 'beginActive'), {
      target,
      payload,
      change,
    })
    return
  }
  const act = standing[after.state].over ? 'end' : before ? 'follow' : 'begin'
  const payload = {
    planId: after.planId ?? freePlanId,
    subscriptionId,
    state: after.state,
    before: before?.state ?? null,
  }
  await leave(actor, stepOf(subscriptionMachine, act), { target, payload, change })
}

const facts = ({ planId, state, currentPeriodEnd, cancelAtPeriodEnd, graceEndsAt }: Row) => ({
  planId: planId ?? null,
  state,
  currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null,
  cancelAtPeriodEnd,
  graceEndsAt: graceEndsAt?.toISOString() ?? null,
})

const same = (before: Row, after: Row) => JSON.stringify(facts(before)) === JSON.stringify(facts(after))
