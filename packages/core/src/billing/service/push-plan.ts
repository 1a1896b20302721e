import { freePlanId, type Interval, intervals, Refusal } from '@insula/contracts'
import { type PlanDoc, PlanModel } from '@insula/db'
import { StripeRefused, stripeProvider } from '@insula/providers/stripe'
import { productIdOf } from './plans.ts'

/** Before a plan whose push was swept is swept again. */
export const pushAgainMs = 60_000

const nameOfKey = { month: 'monthly', year: 'yearly' } as const
const lookupKeyOf = (planId: string, interval: Interval) => `insula_${planId}_${nameOfKey[interval]}`

type Pushed = Pick<PlanDoc, 'planId' | 'name' | 'description' | 'currency' | 'prices'>

function pushPrice({ planId, name, description, currency, prices }: Pushed, interval: Interval) {
  const amount = prices?.[interval] ?? null
  const lookupKey = lookupKeyOf(planId, interval)
  const productId = productIdOf(planId)
  if (amount === null) return null
  const product = { productId, name: `Insula ${name}`, description }
  return stripeProvider().pushPrice({ ...product, lookupKey, amount, currency, interval })
}

/**
 * Makes Stripe hold the product and the prices of the version that holds now, and takes from sale what it sold before; who
 * pays a former price keeps it. Twice is once. What Stripe says no to is noted with its reason; an outage is thrown.
 */
export async function pushPlan(planId: string): Promise<void> {
  const plan = await PlanModel.findOne({ planId, state: 'published' }).lean()
  if (!plan || planId === freePlanId) return
  try {
    const ids = { month: await pushPrice(plan, 'month'), year: await pushPrice(plan, 'year') }
    for (const interval of intervals) {
      const place = { productId: productIdOf(planId), lookupKey: lookupKeyOf(planId, interval) }
      await stripeProvider().retirePrices({ ...place, keep: ids[interval] })
    }
    await note(plan._id, { state: 'there', reason: null, dueAt: null, ...ids })
  } catch (error) {
    if (!(error instanceof StripeRefused)) throw error
    await note(plan._id, { state: 'refused', reason: error.message, dueAt: null, month: null, year: null })
  }
}

/** Of a version that was superseded meanwhile nothing is noted: the one that holds now is pushed after it. */
const note = (_id: string, stripe: object) =>
  PlanModel.updateOne({ _id, state: 'published' }, { $set: { stripe } })

/**
 * Stripe's price of a plan that can be had, made if it is not there yet. Refuses a plan that is not offered, and an
 * interval in which it is not sold, naming the field.
 */
export async function priceOf(planId: string, interval: Interval): Promise<string> {
  const plan = await PlanModel.findOne({ planId, state: 'published', archivedAt: null }).lean()
  if (!plan || planId === freePlanId) {
    throw new Refusal('invalid', `There is no plan “${planId}” to subscribe to.`, { field: 'planId' })
  }
  const price = await pushPrice(plan, interval)
  if (price !== null) return price
  const other = interval === 'year' ? 'month' : 'year'
  throw new Refusal('invalid', `${plan.name} is not sold by the ${interval}, only by the ${other}.`, {
    field: 'interval',
  })
}
