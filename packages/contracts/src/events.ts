import { z } from 'zod'
import type { Permission } from './access/api-keys.ts'
import { PlanId } from './billing/plans.ts'
import { id } from './ids.ts'

export interface EventContract<Type extends string = string, Payload extends z.ZodType = z.ZodType> {
  type: Type
  version: number
  payload: Payload
  /** What one must hold to see it live. */
  seenWith: Permission
}

const defineEvent = <Type extends string, Payload extends z.ZodType>(
  type: Type,
  seenWith: Permission,
  payload: Payload,
): EventContract<Type, Payload> => ({ type, version: 1, payload, seenWith })

/** Everything that Insula announces. A payload only ever gains optional fields; anything else is a new version. */
export const events = {
  userRegistered: defineEvent('user.registered', 'members:read', z.object({ userId: id('user') })),
  tenantCreated: defineEvent('tenant.created', 'tenant:read', z.object({ tenantId: id('tenant') })),
  tenantChanged: defineEvent('tenant.changed', 'tenant:read', z.object({ tenantId: id('tenant') })),
  memberInvited: defineEvent('member.invited', 'members:read', z.object({ invitationId: id('invitation') })),
  invitationChanged: defineEvent(
    'invitation.changed',
    'members:read',
    z.object({ invitationId: id('invitation') }),
  ),
  memberJoined: defineEvent(
    'member.joined',
    'members:read',
    z.object({ memberId: id('member'), userId: id('user') }),
  ),
  memberChanged: defineEvent('member.changed', 'members:read', z.object({ memberId: id('member') })),
  memberRemoved: defineEvent(
    'member.removed',
    'members:read',
    // Whoever a row names is told of as it stands there, so that a bad one can still be removed.
    z.object({ memberId: id('member'), userId: z.string() }),
  ),
  fileUploaded: defineEvent('file.uploaded', 'files:read', z.object({ fileId: id('file') })),
  fileReady: defineEvent('file.ready', 'files:read', z.object({ fileId: id('file') })),
  fileFailed: defineEvent('file.failed', 'files:read', z.object({ fileId: id('file'), code: z.string() })),
  fileChanged: defineEvent('file.changed', 'files:read', z.object({ fileId: id('file') })),
  filePurged: defineEvent('file.purged', 'files:read', z.object({ fileId: id('file') })),
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
  billingInvoicePaid: defineEvent(
    'billing-invoice.paid',
    'billing:read',
    z.object({ billingInvoiceId: id('billingInvoice') }),
  ),
  billingInvoicePaymentFailed: defineEvent(
    'billing-invoice.payment-failed',
    'billing:read',
    z.object({ billingInvoiceId: id('billingInvoice'), attempt: z.number().int() }),
  ),
  mailChanged: defineEvent('mail.changed', 'mail:read', z.object({ mailId: id('mail') })),
} as const

export type EventName = keyof typeof events
export type EventType = (typeof events)[EventName]['type']
export type PayloadOf<Contract extends EventContract> = z.infer<Contract['payload']>
export const eventTypes = Object.values(events).map((event) => event.type) as [EventType, ...EventType[]]

/** What an open page is told: that something changed and which, never its content. */
export const LiveEvent = z.object({
  id: z.string(),
  type: z.enum(eventTypes),
  payload: z.record(z.string(), z.unknown()),
})
export type LiveEvent = z.infer<typeof LiveEvent>
