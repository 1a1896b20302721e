import { z } from 'zod'
import { type ActOf, isPossible, type StateOf } from '../state-machine.ts'
import { lookUp } from '../stored.ts'
import { subscriptionMachine } from './billing.machines.ts'

/** Stripe's subscription states, https://docs.stripe.com/api/subscriptions/object#subscription_object-status */
export const subscriptionStates = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const satisfies StateOf<typeof subscriptionMachine>[]
export const SubscriptionState = z.enum(subscriptionStates)
export type SubscriptionState = z.infer<typeof SubscriptionState>

/**
 * Ways on that a state offers. `checkout`: subscribe anew. `pay`: Stripe's page of the open invoice. `manage`: Stripe's
 * portal, for card and cancellation. `resume`: take up again what was paused.
 */
export const billingExits = ['checkout', 'pay', 'manage', 'resume'] as const satisfies ActOf<
  typeof subscriptionMachine
>[]
export const BillingExit = z.enum(billingExits)
export type BillingExit = z.infer<typeof BillingExit>

export interface Standing {
  /** The tenant has a subscription, paid for or not: no second one may be begun. */
  runs: boolean
  /** Nothing will come of it any more. */
  over: boolean
  /** `plan-for-a-while`: until the days of grace are over. */
  gives: 'plan' | 'plan-for-a-while' | 'nothing'
  /** What can be done, the first thing first. Never empty: the way to pay is never shut. */
  exits: readonly BillingExit[]
  /** What is said on every page to those who may see billing; null where nothing has to be done. */
  notice: {
    title: string
    /** `{plan}` is the plan's name, `{end}` the day on which the plan ends. */
    text: string
    /** Instead of `text`, once the plan is switched off. */
    textAfterEnd?: string
  } | null
}

const meanings: Record<SubscriptionState, Omit<Standing, 'exits'>> = {
  incomplete: {
    runs: false,
    over: false,
    gives: 'nothing',
    notice: {
      title: 'The first payment is still open',
      text: '{plan} starts as soon as it is paid or confirmed.',
    },
  },
  incomplete_expired: { runs: false, over: true, gives: 'nothing', notice: null },
  trialing: { runs: true, over: false, gives: 'plan', notice: null },
  active: { runs: true, over: false, gives: 'plan', notice: null },
  past_due: {
    runs: true,
    over: false,
    gives: 'plan-for-a-while',
    notice: {
      title: 'The last payment did not go through',
      text: '{plan} stays on until {end}. Pay the open invoice or change the payment method.',
      textAfterEnd: '{plan} is switched off until the open invoice is paid.',
    },
  },
  canceled: { runs: false, over: true, gives: 'nothing', notice: null },
  unpaid: {
    runs: true,
    over: false,
    gives: 'nothing',
    notice: {
      title: 'The last payment did not go through',
      text: '{plan} is switched off until the open invoice is paid.',
    },
  },
  paused: {
    runs: true,
    over: false,
    gives: 'nothing',
    notice: {
      title: '{plan} is paused',
      text: 'The trial ended without a payment method. Resume it and pay to switch {plan} on again.',
    },
  },
}

const exitsInOrder: readonly BillingExit[] = ['pay', 'resume', 'checkout', 'manage']
const exitsIn = (state: SubscriptionState) =>
  exitsInOrder.filter((exit) => isPossible(subscriptionMachine, exit, state))

const standingIn = (state: SubscriptionState): Standing => ({ ...meanings[state], exits: exitsIn(state) })

/** What each of Stripe's states means here: pages, mails, API and what is refused all read this one table. */
export const standing: Record<SubscriptionState, Standing> = {
  incomplete: standingIn('incomplete'),
  incomplete_expired: standingIn('incomplete_expired'),
  trialing: standingIn('trialing'),
  active: standingIn('active'),
  past_due: standingIn('past_due'),
  canceled: standingIn('canceled'),
  unpaid: standingIn('unpaid'),
  paused: standingIn('paused'),
}

export const statesThat = (holds: (standing: Standing) => boolean): SubscriptionState[] =>
  subscriptionStates.filter((state) => holds(standing[state]))

/** The sentences of a notice, filled in. `end` is null when the plan is switched off already. */
export function noticeOf(
  state: string,
  { plan, end }: { plan: string; end: string | null },
): { title: string; text: string } | null {
  const notice = lookUp(standing, state)?.notice
  if (!notice) return null
  const fill = (text: string) => text.replaceAll('{plan}', plan).replaceAll('{end}', end ?? '')
  const text = end === null ? (notice.textAfterEnd ?? notice.text) : notice.text
  return { title: fill(notice.title), text: fill(text) }
}
