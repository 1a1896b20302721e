// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What we hear of Stripe, in which order, and what we make of it. */
export const stripe: readonly Break[] = [
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/stripe/subscriptions.ts',
    [suites.follows],
    [
      'if (fresh === null) return retireCustomer(customer, requestId, now)',
      'if (fresh === null) return',
      'a customer that was deleted at Stripe blocks its tenant',
    ],
    [
      '$addToSet: { formerCustomerIds: stripeCustomerId },\n',
      '',
      'the invoices of a deleted customer are nobody’s',
    ],
    [
      "    if (open) await closeCheckout(open, 'expired')\n",
      '',
      'the checkout of a deleted customer stays open',
    ],
    [
      '    if (before && same(before, after)) continue\n',
      '',
      'one change is told as often as it is heard',
      [suites.stripeEvents],
    ],
    [
      "graceEndsAt: standing[state].gives === 'plan-for-a-while' && graceEnd > now ? graceEnd : null",
      'graceEndsAt: null',
      'a late payment takes the plan away at once',
      [suites.billing],
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/stripe/fenced.ts',
    [suites.stripeEvents],
    [
      "won.modifiedCount === 1 ? apply(fresh) : 'outrun'",
      "won ? apply(fresh) : 'outrun'",
      'a slow older read overwrites a newer one',
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/service/apply.ts',
    [suites.follows],
    ['  await pushPayer(customer)\n', '', 'names that were changed before anybody listened stay on invoices'],
    [
      "  if (event.type === 'customer.deleted') await forgetIfGone(customer, eventId)\n",
      '',
      'the end of a customer is not heard',
    ],
    [
      "if (!customer) return finish(eventId, 'parked', 'of a customer that is none of ours')",
      'if (!customer) return',
      'events of others are tried for ever',
      [suites.stripeEvents],
    ],
    [
      "  if (event?.state !== 'received') return\n",
      '  if (!event) return\n',
      'what was parked is applied',
      [suites.stripeEvents, suites.stripe],
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/stripe/invoices.ts',
    [suites.stripe, suites.follows],
    [
      '  if (fresh.customerId !== stripeCustomerId) return\n',
      '',
      'an invoice of another customer’s is taken over',
    ],
    [
      "if (state === 'open' && attemptCount > (before?.attemptCount ?? 0)) {",
      'if (false) {',
      'nobody is told that a payment failed',
      [suites.states],
    ],
    [
      'attemptCount > (before?.attemptCount ?? 0)',
      'attemptCount > 0',
      'one failed payment is told as often as it is heard',
      [suites.states],
    ],
    [
      "  if (state !== 'paid' || before?.state === 'paid') return\n",
      "  if (state !== 'paid') return\n",
      'a paid invoice is told twice',
      [suites.billing, suites.stripeEvents],
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/service/catch-up.ts',
    [suites.stripeEvents],
    [
      "if (await keep(event, 'catch-up', now)) news += 1",
      'if (now) news += 1',
      'what happened while nobody listened is lost',
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/core/src/billing/service/sweep.ts',
    [suites.stripeEvents],
    [
      '    await enqueue(billingJobs.applyStripeEvent, { eventId: _id })\n',
      '',
      'an event that the queue lost is never applied',
    ],
    [
      "    await syncSubscriptions({ tenantId, stripeCustomerId }, 'sweep', now)\n",
      '',
      'patience with a late payment never ends',
      [suites.billing],
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/providers/src/stripe/provider.ts',
    [suites.follows],
    [
      '        if (!isBadEmail(error)) throw error\n        return create',
      '        throw error\n        return create',
      'an address that Stripe will not take shuts the way to pay',
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/providers/src/stripe/prices.ts',
    [suites.follows],
    [
      '{ name, description, active: true }',
      '{ name, description }',
      'a product that was archived shuts the way to pay',
    ],
    [
      'return stands ? known.id : (await stripe.prices.update(known.id, { active: true, metadata })).id',
      'return known.id',
      'a price that was archived shuts the way to pay',
    ],
    ['  known.unit_amount === amount &&\n', '', 'a price that was moved is charged'],
  ),
  ...breaksOf(
    'stripe',
    'packages/providers/src/stripe/portal.ts',
    [suites.follows],
    [
      "if (statusCode !== 400 || param === 'customer') throw error",
      'if (statusCode) throw error',
      'a portal configuration that was archived shuts the portal',
    ],
  ),
  ...breaksOf(
    'stripe',
    'packages/providers/src/stripe/event.ts',
    [suites.stripeEvent],
    [
      "  if (!event) return odd(null, text, 'not an object')\n",
      '  if (!event) throw new Error(text)\n',
      'an event of odd shape is a fault of ours',
    ],
    [
      "  if (!about) return odd(id, text, 'about no object')\n",
      '  if (!about) throw new Error(text)\n',
      'an event about no object is a fault of ours',
    ],
    [
      "typeof id === 'string' && stripeId.test(id) ? id : null",
      "typeof id === 'string' ? id : null",
      'what is no id of Stripe’s is asked for',
    ],
    ['created >= 0 && created <= newest', 'created >= 0', 'an event of the year 300000 is a fault of ours'],
  ),
]
