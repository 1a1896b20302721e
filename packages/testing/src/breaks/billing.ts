// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** The way to pay, what it is told by, and whose name it bears. */
export const billing: readonly Break[] = [
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/customer.ts',
    [suites.follows],
    [
      'if (known && !(await withStripeErrors(stripeProvider().hasCustomer(known)))) {',
      'if (false) {',
      'a customer that was deleted at Stripe shuts the way to pay',
    ],
    [
      '  await withStripeErrors(pushPayer({ tenantId, stripeCustomerId }))\n',
      '',
      'the payment page has the name of before',
    ],
    [
      "const other = isDuplicate(error, 'tenantId') && (await BillingCustomerModel.findOne({ tenantId }).lean())",
      'const other = null',
      'one of two who upgrade at once is refused',
      [suites.billing, suites.follows],
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/payer.ts',
    [suites.follows],
    ['    if (same && !push) return\n', '    if (same) return\n', 'a name that came in late stays'],
    [
      'people.find(({ userId }) => userId === payerId) ?? people[0]',
      'people[0]',
      'another owner’s address stands on the invoices',
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/wiring/listeners.ts',
    [suites.follows],
    [
      "listens(['tenant.changed'], followTenant)",
      'listens([], followTenant)',
      'a renamed tenant keeps its old name on invoices',
    ],
    ["['member.changed', 'member.removed']", "['member.changed']", 'who left stays the payer'],
    [
      "listens(['subscription.changed'], tellOfPause)",
      'listens([], tellOfPause)',
      'nobody is told of a paused trial',
      [suites.states],
    ],
    [
      "listens(['user.registered'], welcomePerson)",
      'listens([], welcomePerson)',
      'nobody is welcomed',
      [suites.mails],
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/listeners.ts',
    [suites.states],
    [
      "payload.state !== 'paused' || payload.before === 'paused'",
      "payload.state !== 'paused'",
      'a pause is mailed with every change',
    ],
    [
      'if (!failed || !contacts) return',
      'if (!contacts) return',
      'a payment that was made good is mailed as late',
    ],
    [':${payload.attempt}:', ':', 'the second failed payment is not told'],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/checkout.ts',
    [suites.billing],
    ['  await refuseSubscribed(actor, stripeCustomerId)\n', '', 'a tenant has two subscriptions'],
    [
      "    if (session?.state === 'open') await withStripeOutage(stripeProvider().expireCheckout(stripeSessionId))\n",
      '',
      'two payment pages are open at once',
      [suites.follows],
    ],
    [
      "      await closeCheckout(checkout, 'expired')\n    }\n  }",
      '    }\n  }',
      'a checkout that Stripe refused shuts the way to pay',
      [suites.follows],
    ],
    [
      '  await endUnpaidBeginnings(actor.tenantId)\n',
      '',
      'a first payment that never came can still be made beside the new one',
      [suites.states],
    ],
    [
      'isFor(checkout, wish)) return session.url',
      'true) return session.url',
      'a payment page is at another price than ours',
      [suites.billing, suites.follows],
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/overview.ts',
    [suites.follows],
    [
      '    .sort({ createdAt: -1, _id: -1 })\n    .limit(limit + 1)',
      '    .sort({ _id: -1 })\n    .limit(limit + 1)',
      'invoices heard of late are listed as newest',
    ],
    [
      '  if (!last) throw notACursor()\n  const { createdAt } = last',
      '  const { createdAt } = last ?? { createdAt: new Date() }',
      'a cursor of another tenant’s is taken',
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/standing.ts',
    [suites.states],
    [
      "return standing[state].exits.filter((exit) => exit !== 'pay' || payable)",
      'return [...standing[state].exits]',
      'a way to pay leads nowhere',
    ],
    ['payUrl: openInvoice?.hostedUrl ?? null', 'payUrl: null', 'past due is told without the way to pay'],
    [
      'if (!subscription || !standing[subscription.state].notice) return null',
      'if (subscription) return null',
      'past due is told on one page alone',
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/billing/service/resume.ts',
    [suites.states],
    [
      "`resume:${_id}:after:${last?._id ?? 'none'}`",
      '`resume:${_id}:${Math.random()}`',
      'a trial that two resume at once is charged twice',
    ],
    [
      "  requirePossible(subscriptionMachine, 'resume', subscription.state)\n",
      '',
      'what is not paused is resumed',
    ],
  ),
  ...breaksOf(
    'billing',
    'packages/core/src/kernel/claims.ts',
    [suites.billing],
    [
      'const better = planFor(await offeredPlans(), key, used + amount)',
      "const better = { id: 'pro', name: 'Pro', highlights: [] }",
      '“get more seats” on the top plan leads nowhere',
    ],
  ),
]
