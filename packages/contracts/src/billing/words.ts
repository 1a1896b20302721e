import { z } from 'zod'
import { typeId } from '../type-id.ts'
import { defineEvent, permission, platformPermission } from '../word.ts'

export const permissions = {
  'billing:read': permission('See plan, usage and invoices', 'admin'),
  'billing:manage': permission('Change plan and payment method'),
}

export const platformPermissions = {
  'plans:write': platformPermission('Edit and publish plans', 'admin'),
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
  'plan.draft-saved',
  'plan.draft-discarded',
  'plan.published',
  'plan.archived',
  'plan.offered',
  'plan.pushed-again',
] as const

export const ids = { billingInvoice: 'bin', checkout: 'chk', planVersion: 'plv' } as const

const billingInvoiceId = typeId(ids.billingInvoice)

export const events = {
  subscriptionActivated: defineEvent(
    'subscription.activated',
    'tenant:read',
    z.object({ planId: z.string(), subscriptionId: z.string() }),
  ),
  subscriptionChanged: defineEvent(
    'subscription.changed',
    'tenant:read',
    z.object({
      planId: z.string(),
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
