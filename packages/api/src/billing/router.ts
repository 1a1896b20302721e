import {
  BillingInvoice,
  BillingOverview,
  NewCheckout,
  NoInput,
  PageInput,
  PlanView,
  pageSchema,
  Redirect,
} from '@insula/contracts'
import {
  listBillingInvoices,
  listPlans,
  openPortal,
  overview,
  resumeSubscription,
  startCheckout,
} from '@insula/core/billing'
import { z } from 'zod'
import { allow, callsStripe, rest, router } from '../trpc.ts'

const tag = 'Billing'

export const billingRouter = router({
  overview: allow('billing:read')
    .meta(rest('GET', '/billing', 'See plan, subscription and usage', tag))
    .input(NoInput)
    .output(BillingOverview)
    .query(({ ctx }) => overview(ctx.actor)),

  listPlans: allow('billing:read')
    .meta(rest('GET', '/billing/plans', 'List the plans', tag))
    .input(NoInput)
    .output(z.array(PlanView))
    .query(() => listPlans()),

  startCheckout: allow('billing:manage')
    .meta(rest('POST', '/billing/checkouts', 'Open Stripe’s page to subscribe to a plan', tag))
    .meta(callsStripe)
    .input(NewCheckout)
    .output(Redirect)
    .mutation(({ ctx, input }) => startCheckout(ctx.actor, input)),

  openPortal: allow('billing:manage')
    .meta(rest('POST', '/billing/portal', 'Open Stripe’s page to change card or plan', tag))
    .meta(callsStripe)
    .input(NoInput)
    .output(Redirect)
    .mutation(({ ctx }) => openPortal(ctx.actor)),

  resumeSubscription: allow('billing:manage')
    .meta(rest('POST', '/billing/resume', 'Resume a paused subscription', tag))
    .meta(callsStripe)
    .input(NoInput)
    .output(Redirect)
    .mutation(({ ctx }) => resumeSubscription(ctx.actor)),

  listInvoices: allow('billing:read')
    .meta(rest('GET', '/billing/invoices', 'List invoices, newest first', tag))
    .input(PageInput)
    .output(pageSchema(BillingInvoice))
    .query(({ ctx, input }) => listBillingInvoices(ctx.actor, input)),
})
