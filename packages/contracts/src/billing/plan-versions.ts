import { z } from 'zod'
import { Feature } from '../features.ts'
import { id } from '../ids.ts'
import { type EntitlementKey, eachLimit, LimitKey, limitNames } from '../limits.ts'
import { currencyDigits } from '../money.ts'
import { Instant } from '../page.ts'
import { stored } from '../stored.ts'
import { nameText } from '../text.ts'
import { freePlanId, PlanId } from './plan-id.ts'
import { Interval, PlanView } from './plans.ts'

/** Stripe takes eight digits, https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const largestAmount = 99_999_999
const Amount = z
  .number()
  .int('A price is a whole number of minor units')
  .min(1, 'A price is more than nothing; leave it empty where the plan is not sold so')
  .max(largestAmount, 'Stripe takes no price of more than eight digits')

/** As much as any plan may give. */
const largestLimit = (key: EntitlementKey) => (key.endsWith('bytes') ? 1e15 : 1_000_000)
const limitOf = (key: EntitlementKey) =>
  z
    .number()
    .int(`The limit of ${limitNames[key]} is a whole number`)
    .min(0, `The limit of ${limitNames[key]} is not below zero`)
    .max(largestLimit(key), `The limit of ${limitNames[key]} is at most ${largestLimit(key)}`)
const Limits = z.strictObject(eachLimit(limitOf))

const line = (empty: string) => nameText(empty, 80)

/** What an admin of the platform writes of a plan. */
export const PlanFields = z.strictObject({
  name: nameText('Give the plan a name', 40),
  description: z.union([z.literal(''), line('Say what it is for')]),
  highlights: z.array(line('Say what it gives, or take the line away')).max(10, 'Use at most ten lines'),
  currency: z
    .string()
    .refine((code) => currencyDigits.has(code), 'Use a currency of Stripe’s, in small letters, such as eur'),
  prices: z.strictObject({ month: Amount.nullable(), year: Amount.nullable() }),
  limits: Limits,
  features: z.array(Feature),
  position: z
    .number()
    .int('The place is a whole number')
    .min(0)
    .max(1_000)
    .describe('From left to right on the page of plans'),
})
export type PlanFields = z.infer<typeof PlanFields>

const Version = z.number().int().min(1)
const PlanRef = z.strictObject({ planId: PlanId })
export const PlanDraftRef = PlanRef.extend({
  revision: Version.describe('The draft as it was seen; another one is refused'),
})
export const PlanVersionRef = PlanRef.extend({
  version: Version.describe('The published version as it was seen; another one is refused'),
})
export const PlanPush = PlanRef

/** The draft of a plan, new or changed. */
export const PlanDraft = PlanFields.extend({
  planId: PlanId,
  basedOn: Version.nullable().describe('The published version that was seen; null where there was none'),
  revision: Version.nullable().describe('The draft that was seen; null where there was none'),
}).check(({ value, issues }) => {
  const costs = value.prices.month !== null || value.prices.year !== null
  const wrong = (message: string) =>
    issues.push({ code: 'custom', message, input: value.prices.month, path: ['prices', 'month'] })
  if (value.planId === freePlanId && costs) wrong('Every tenant falls back to this plan, so it costs nothing')
  if (value.planId !== freePlanId && !costs) wrong('Give it a price, by the month or by the year')
})
export type PlanDraft = z.infer<typeof PlanDraft>

export const planVersionStates = ['draft', 'published', 'superseded'] as const
export const stripePushStates = ['none', 'waiting', 'there', 'refused'] as const

export const PlanVersion = PlanView.omit({ id: true }).extend({
  version: z.number().int(),
  state: stored(planVersionStates),
  position: z.number(),
  revision: z.number().int(),
  editedBy: z.string().nullable(),
  editedAt: Instant,
  publishedBy: z.string().nullable().describe('Null for what an installation begins with'),
  publishedAt: Instant.nullable(),
  stripe: z.object({
    state: stored(stripePushStates),
    reason: z.string().nullable().describe('Why Stripe did not take it'),
  }),
})
export type PlanVersion = z.infer<typeof PlanVersion>

/** A plan with its versions, as those see it who run the platform. */
export const PlatformPlan = z.object({
  planId: z.string(),
  tenants: z.number().int().describe('How many are on it'),
  archivedAt: Instant.nullable(),
  published: PlanVersion.nullable(),
  draft: PlanVersion.nullable(),
  former: z.array(PlanVersion).describe('The last twenty, newest first'),
})
export type PlatformPlan = z.infer<typeof PlatformPlan>

/** Whom the draft would touch if it were published now. */
export const PlanPreview = z.object({
  tenants: z.number().int(),
  payers: z.number().int().describe('Subscriptions that run, and keep the price that they have'),
  newPrices: z.array(Interval).describe('Where the price is another than now'),
  over: z.object({
    count: z.number().int().describe('Tenants that use more than the new limits'),
    first: z.array(
      z.object({
        tenantId: id('tenant'),
        name: z.string(),
        limits: z.array(z.object({ key: LimitKey, used: z.number(), limit: z.number() })),
      }),
    ),
  }),
})
export type PlanPreview = z.infer<typeof PlanPreview>
