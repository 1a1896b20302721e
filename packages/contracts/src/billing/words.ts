import { z } from 'zod'
import { typeId } from '../type-id.ts'
import { defineEvent, permission } from '../word.ts'
import { PlanId } from './plan-ids.ts'

export const permissions = {
  'billing:read': permission('See plan, usage and invoices', 'admin'),
  'billing:manage': permission('Change plan and payment method'),
}

export const actions = [
  'checkout.started',
  'subscription.activated',
  'subscription.changed',
  'subscription.ended',
  'subscription.resumed',
  'billing-invoice.paid',
  'billing-invoice.payment-failed',
  'billing-customer.deleted',
] as const

export const ids = { billingInvoice: 'bin', checkout: 'chk' } as const

const billingInvoiceId = typeId(ids.billingInvoice)

export const events = {
  subscriptionActivated: defineEvent(
    'subscription.activated',
    'tenant:read',
    z.object({ planId: PlanId, subscriptionId: z.string() }),
  ),
  subscriptionChanged: defineEvent(
    'subscription.changed',
    'tenant:read',
    z.object({
      planId: PlanId,
      subscriptionId: z.string(),
      state: z.string(),
      before: z.string().nullable().optional().describe('The state before; null for a new one'),
    }),
  ),
  billingInvoicePaid: defineEvent('billing-invoice.paid', 'billing:read', z.object({ billingInvoiceId })),
  billingInvoicePaymentFailed: defineEvent(
    'billing-invoice.payment-failed',
    'billing:read',
    z.object({ billingInvoiceId, attempt: z.number().int() }),
  ),
}

export const templates = ['subscription-activated', 'subscription-paused', 'payment-failed'] as const

export const queue = 'billing'
