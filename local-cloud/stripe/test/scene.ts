import type Stripe from 'stripe'
import { expect } from 'vitest'
import { aCustomer, aPrice } from './server.ts'

/** `2026-01-31T00:00:00Z` in Unix seconds. */
export const at = (iso: string): number => Date.parse(iso) / 1000

export interface Scene {
  customer: Stripe.Customer
  price: Stripe.Price
  subscribe(more?: Partial<Stripe.SubscriptionCreateParams>): Promise<Stripe.Subscription>
  /** Moves the scene's clock and gives the subscription as it then stands. */
  to(iso: string): Promise<Stripe.Subscription>
  /** Newest first. */
  invoices(): Promise<Stripe.Invoice[]>
}

/** A customer on a test clock with a subscription to be made. */
export async function aScene(
  stripe: Stripe,
  start: string,
  card = 'pm_card_visa',
  more: Partial<Stripe.PriceCreateParams> = {},
): Promise<Scene> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(start) })
  const customer = await aCustomer(stripe, card, { test_clock: clock.id })
  const price = await aPrice(stripe, more)
  return {
    customer,
    price,
    subscribe: (params = {}) =>
      stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...params }),
    to: async (iso) => {
      const moved = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at(iso) })
      expect(moved.status).toBe('ready')
      const { data } = await stripe.subscriptions.list({ customer: customer.id, status: 'all' })
      return data[0]!
    },
    invoices: async () => (await stripe.invoices.list({ customer: customer.id, limit: 100 })).data,
  }
}

/** The day a subscription's period ends. */
export const periodEnd = (subscription: Stripe.Subscription): string =>
  new Date(subscription.items.data[0]!.current_period_end * 1000).toISOString().slice(0, 10)

/** The types of all events so far, oldest first. */
export async function eventTypes(stripe: Stripe): Promise<string[]> {
  return (await stripe.events.list({ limit: 100 })).data.map((event) => event.type).reverse()
}
