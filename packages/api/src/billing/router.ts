import {
  BillingOverview,
  Invoice,
  NewCheckout,
  NoInput,
  PageInput,
  PlanView,
  pageOf,
  Redirect,
} from '@insula/contracts'
import {
  listInvoices,
  listPlans,
  openPortal,
  overview,
  resumeSubscription,
  startCheckout,
} from '@insula/core/billing/service'
import { z } from 'zod'
import { allow, payment, rest, router } from '../trpc.ts'

const tag = 'Billing'

export const billingRouter = router({
  overview: allow('billing:read')
    .meta(rest('GET', '/billing', 'See plan, subscription and usage', tag))
    .input(NoInput)
    .output(BillingOverview)
    .query(({ ctx }) => overview(ctx.actor)),

  listPlans: allow('billing:read')
    .meta(rest('GET', '/plans', 'List the plans', tag))
    .input(NoInput)
    .output(z.array(PlanView))
    .query(() => listPlans()),

  startCheckout: allow('billing:manage')
    .meta(rest('POST', '/checkouts', 'Open Stripe’s page to subscribe to a plan', tag))
    .meta(payment)
    .input(NewCheckout)
    .output(Redirect)
    .mutation(({ ctx, input }) => startCheckout(ctx.actor, input)),

  openPortal: allow('billing:manage')
    .meta(rest('POST', '/billing-portal', 'Open Stripe’s page to change card or plan', tag))
    .meta(payment)
    .input(NoInput)
    .output(Redirect)
    .mutation(({ ctx }) => openPortal(ctx.actor)),

  resumeSubscription: allow('billing:manage')
    .meta(rest('POST', '/billing/resume', 'Resume a paused subscription', tag))
    .meta(payment)
    .input(NoInput)
    .output(Redirect)
    .mutation(({ ctx }) => resumeSubscription(ctx.actor)),

  listInvoices: allow('billing:read')
    .meta(rest('GET', '/invoices', 'List invoices, newest first', tag))
    .input(PageInput)
    .output(pageOf(Invoice))
    .query(({ ctx, input }) => listInvoices(ctx.actor, input)),
})
