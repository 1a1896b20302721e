import { z } from 'zod'
import { id } from '../ids.ts'
import { Entitlements, LimitKey } from '../limits.ts'
import { Instant } from '../page.ts'
import { lookUp, stored } from '../stored.ts'
import { PlanId, planIds } from './plan-ids.ts'
import { BillingExit, subscriptionStates } from './subscription-states.ts'

const MB = 1_000_000
const GB = 1000 * MB

export interface Plan {
  id: PlanId
  name: string
  description: string
  /** Minor units of `currency` each month; 0 is never pushed to Stripe. */
  monthlyAmount: number
  currency: 'eur'
  entitlements: Entitlements
  highlights: string[]
}

/** Plans as data: pushed to Stripe as products and prices, compared with by the billing page. */
export const plans: Record<PlanId, Plan> = {
  free: {
    id: 'free',
    name: 'Free',
    description: 'To try Insula with a small team',
    monthlyAmount: 0,
    currency: 'eur',
    entitlements: { 'storage-bytes': 25 * MB, seats: 5, 'api-keys': 2, 'max-file-bytes': 20 * MB },
    highlights: ['25 MB of files', '5 seats', '2 API keys'],
  },
  pro: {
    id: 'pro',
    name: 'Pro',
    description: 'For a business that runs on it',
    monthlyAmount: 2900,
    currency: 'eur',
    entitlements: { 'storage-bytes': 100 * GB, seats: 50, 'api-keys': 25, 'max-file-bytes': 100 * MB },
    highlights: ['100 GB of files', '50 seats', '25 API keys'],
  },
}

/** A tenant's plan. One that this release does not know gives what the free one gives, under its own name. */
export const planOf = (planId: string): Omit<Plan, 'id'> =>
  lookUp(plans, planId) ?? { ...plans.free, name: planId }

/** The next plan that allows more of this than `planId` does; null when there is none. */
export const planWithMore = (planId: string, limit: keyof Entitlements): Plan | null =>
  Object.values(plans)
    .filter((plan) => plan.entitlements[limit] > planOf(planId).entitlements[limit])
    .sort((one, other) => one.monthlyAmount - other.monthlyAmount)[0] ?? null

export const PlanView = z.object({
  id: PlanId,
  name: z.string(),
  description: z.string(),
  monthlyAmount: z.number().int().describe('Minor units'),
  currency: z.string(),
  entitlements: Entitlements,
  highlights: z.array(z.string()),
})

export const Subscription = z.object({
  planId: stored(planIds),
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
  planId: stored(planIds),
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
  planId: stored(planIds),
  graceEndsAt: Instant.nullable(),
  payUrl: z.string().nullable().describe('Stripe’s page of the open invoice'),
  exits: z.array(BillingExit),
})
export type BillingNotice = z.infer<typeof BillingNotice>

export const NewCheckout = z.strictObject({ planId: z.enum(['pro']) })
/** Where to send the browser: a page of Stripe's. */
export const Redirect = z.object({ url: z.url() })
