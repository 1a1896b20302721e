import type { Machine } from '../state-machine.ts'

/** The wish to subscribe: open while Stripe’s page is. */
export const checkoutMachine = {
  thing: 'checkout',
  states: { open: 'open', complete: 'complete', expired: 'over' },
  ends: ['complete', 'expired'],
  steps: {
    start: { from: [], to: 'open', by: ['billing:manage'], audit: 'checkout.started', done: 'begun' },
    complete: { from: ['open'], to: 'complete', by: ['system'], done: 'completed' },
    expire: { from: ['open'], to: 'expired', by: ['system', 'billing:manage'], done: 'ended' },
  },
} as const satisfies Machine<'open' | 'complete' | 'expired'>

const alive = ['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'] as const

/**
 * Stripe’s own states and moves, https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses, with what a
 * person can do in each. Stripe's word is taken even where it makes a move that is not in the table: theirs is the truth.
 */
export const subscriptionMachine = {
  thing: 'subscription',
  states: {
    incomplete: 'not paid for yet',
    incomplete_expired: 'over, since it was never paid for',
    trialing: 'on trial',
    active: 'active',
    past_due: 'late with a payment',
    canceled: 'over',
    unpaid: 'switched off until it is paid for',
    paused: 'paused',
  },
  ends: ['incomplete_expired', 'canceled'],
  steps: {
    begin: {
      from: [],
      to: ['incomplete', 'paused'],
      by: ['system'],
      audit: 'subscription.changed',
      event: 'subscription.changed',
      done: 'begun',
    },
    beginActive: {
      from: [],
      to: ['trialing', 'active', 'past_due'],
      by: ['system'],
      audit: 'subscription.activated',
      event: 'subscription.activated',
      done: 'begun',
    },
    activate: {
      // The first time that it gives what it promises.
      from: ['incomplete', 'paused'],
      to: ['trialing', 'active', 'past_due'],
      by: ['system'],
      audit: 'subscription.activated',
      event: 'subscription.activated',
      done: 'activated',
    },
    follow: {
      from: alive,
      to: ['trialing', 'active', 'past_due', 'unpaid', 'paused'],
      by: ['system'],
      audit: 'subscription.changed',
      event: 'subscription.changed',
      done: 'changed',
    },
    end: {
      from: alive,
      to: ['incomplete_expired', 'canceled'],
      by: ['system'],
      audit: 'subscription.changed',
      event: 'subscription.changed',
      done: 'ended',
    },
    // What a person does is done at Stripe; where it leads is heard from there. The first thing first.
    pay: { from: ['incomplete', 'past_due', 'unpaid'], by: ['billing:read'], done: 'paid for' },
    resume: {
      from: ['paused'],
      by: ['billing:manage'],
      audit: 'subscription.resumed',
      done: 'resumed',
    },
    checkout: {
      from: ['incomplete', 'incomplete_expired', 'canceled'],
      by: ['billing:manage'],
      audit: 'checkout.started',
      done: 'begun anew',
      instead: 'Change it in the billing portal.',
    },
    manage: {
      from: ['trialing', 'active', 'past_due', 'unpaid', 'paused'],
      by: ['billing:manage'],
      done: 'changed in the portal',
    },
  },
} as const satisfies Machine
