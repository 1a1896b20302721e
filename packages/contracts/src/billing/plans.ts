import { z } from 'zod'
import { features } from '../features.ts'
import { id } from '../ids.ts'
import { Entitlements, LimitKey } from '../limits.ts'
import { Instant } from '../page.ts'
import { stored } from '../stored.ts'
import { PlanId } from './plan-id.ts'
import { BillingExit, subscriptionStates } from './subscription-states.ts'

/** A plan as a row names it, which may be gone by now. */
export const StoredPlanId = z.string().describe('One of the plans; expect others later')

export const intervals = ['month', 'year'] as const
export const Interval = z.enum(intervals)
export type Interval = z.infer<typeof Interval>

const Price = z.number().int().nullable().describe('Minor units; null where it is not sold so')

/** A plan as it is offered. */
export const PlanView = z.object({
  id: StoredPlanId,
  name: z.string(),
  description: z.string(),
  prices: z.object({ month: Price, year: Price }).describe('Both null for what costs nothing'),
  currency: z.string().describe('ISO 4217, small letters'),
  entitlements: Entitlements,
  features: z.array(stored(features)),
  highlights: z.array(z.string()),
})
export type PlanView = z.infer<typeof PlanView>

export const Subscription = z.object({
  planId: StoredPlanId,
  planName: z.string(),
  state: stored(subscriptionStates),
  currentPeriodEnd: Instant.nullable(),
  cancelAtPeriodEnd: z.boolean(),
  graceEndsAt: Instant.nullable().describe('While a payment is late: when the plan ends'),
})
export type Subscription = z.infer<typeof Subscription>

export const PlanUsage = z.object({ key: LimitKey, used: z.number().int(), limit: z.number().int() })

export const billingInvoiceStates = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const
export const BillingInvoiceState = z.enum(billingInvoiceStates)

export const BillingInvoice = z.object({
  id: id('billingInvoice'),
  number: z.string().nullable(),
  state: stored(billingInvoiceStates),
  total: z.number().int().describe('Minor units'),
  currency: z.string(),
  createdAt: Instant,
  paidAt: Instant.nullable(),
  pdfUrl: z.string().nullable(),
  hostedUrl: z.string().nullable(),
})
export type BillingInvoice = z.infer<typeof BillingInvoice>

export const BillingOverview = z.object({
  planId: StoredPlanId,
  planName: z.string(),
  subscription: Subscription.nullable(),
  openInvoice: BillingInvoice.nullable().describe(
    'What has to be paid; its `hostedUrl` is Stripe’s page to do it',
  ),
  exits: z.array(BillingExit).describe('What can be done from here, the first thing first'),
  entitlements: Entitlements,
  usage: z.array(PlanUsage),
})
export type BillingOverview = z.infer<typeof BillingOverview>

/** What about the plan needs somebody to act, for every page of those who may see billing. */
export const BillingNotice = z.object({
  state: stored(subscriptionStates),
  planId: StoredPlanId,
  planName: z.string(),
  graceEndsAt: Instant.nullable(),
  payUrl: z.string().nullable().describe('Stripe’s page of the open invoice'),
  exits: z.array(BillingExit),
})
export type BillingNotice = z.infer<typeof BillingNotice>

export const NewCheckout = z.strictObject({
  planId: PlanId,
  interval: Interval.default('month').describe('How often it is paid'),
})
/** Where to send the browser: a page of Stripe's. */
export const Redirect = z.object({ url: z.url() })
