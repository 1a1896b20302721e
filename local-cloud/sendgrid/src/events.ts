import { randomBytes } from 'node:crypto'
import type { InboxMessage } from './control.ts'

export type MailEvent = Record<string, unknown> & { event: string; email: string }

/** One entry of an event webhook's body ("Event Webhook Reference"): custom arguments stand beside its own fields. */
export function mailEvent(
  event: string,
  message: InboxMessage,
  email: string,
  atMs: number,
  more: Record<string, unknown> = {},
): MailEvent {
  return {
    ...message.customArgs,
    email,
    timestamp: Math.floor(atMs / 1000),
    'smtp-id': `<${message.messageId}@local.sendgrid.net>`,
    event,
    ...(message.categories.length > 0 ? { category: message.categories } : {}),
    sg_event_id: randomBytes(16).toString('base64url'),
    sg_message_id: `${message.messageId}.recvd-local-0`,
    ...more,
  }
}

export const delivered = { response: '250 2.0.0 OK', tls: 1 }

export const bounced = {
  reason: '550 5.1.1 The email account that you tried to reach does not exist.',
  status: '5.1.1',
  type: 'bounce',
  bounce_classification: 'Invalid Address',
  tls: 1,
}

export const dropped = { reason: 'Bounced Address', status: '5.0.0' }
