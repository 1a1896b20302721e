import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { findBounce, keepBounce } from './bounces.ts'
import type { InboxMessage } from './control.ts'
import { SendgridError } from './error.ts'
import type { EventWebhookSender } from './event-webhook.ts'
import { bounced, delivered, dropped, type MailEvent, mailEvent } from './events.ts'
import { composeMessages, keepMessage, recipientsOf } from './inbox.ts'
import type { Mail } from './mail.ts'
import { transaction } from './records.ts'
import { validateMail } from './validate-mail.ts'

export interface Mailroom {
  records: DatabaseSync
  webhook: EventWebhookSender
  /** Milliseconds since 1970. */
  now(): number
  /** Whether the mail at hand is one that bounces. */
  takeBounce(): boolean
}

/**
 * POST /v3/mail/send: checks a mail, keeps it, and tells the webhook what became of it.
 * @returns 202 with the message's id, or 200 without one when sandbox mode asks for the check alone
 * @throws SendgridError 400 with every problem found
 */
export function sendMail(room: Mailroom, body: unknown): { status: number; messageId?: string } {
  const checked = validateMail(body, room.now())
  if ('problems' in checked) throw new SendgridError(400, checked.problems)
  const { mail } = checked
  if (mail.mail_settings?.sandbox_mode?.enable) return { status: 200 }

  const messageId = randomBytes(16).toString('base64url')
  const messages = composeMessages(mail, messageId, new Date(room.now()).toISOString())
  transaction(room.records, () => {
    for (const message of messages) {
      const events = settle(room, mail, message)
      keepMessage(room.records, message)
      tell(room, message, events)
    }
  })
  return { status: 202, messageId }
}

/** Queues the events of a mail; of one for later, that it was delivered not before its time. */
function tell({ webhook, now }: Mailroom, message: InboxMessage, events: MailEvent[]): void {
  const sendAt = message.sendAt === undefined ? 0 : Date.parse(message.sendAt)
  if (sendAt <= now()) {
    webhook.enqueue(events)
    return
  }
  webhook.enqueue(events.filter(({ event }) => event !== 'delivered'))
  webhook.enqueue(
    events.filter(({ event }) => event === 'delivered'),
    sendAt,
  )
}

/** Decides what becomes of a mail at each recipient. @returns the events that tell of it */
function settle(room: Mailroom, mail: Mail, message: InboxMessage): MailEvent[] {
  const { mail_settings: settings } = mail
  const bypass = settings?.bypass_list_management?.enable || settings?.bypass_bounce_management?.enable
  const bounces = room.takeBounce()
  const now = room.now()
  const sendAt = message.sendAt === undefined ? now : Date.parse(message.sendAt)
  return recipientsOf(message).flatMap((email) => {
    if (!bypass && findBounce(room.records, email)) {
      message.outcomes[email] = 'dropped'
      return [mailEvent('dropped', message, email, now, dropped)]
    }
    const processed = mailEvent('processed', message, email, now)
    if (bounces) {
      message.outcomes[email] = 'bounced'
      keepBounce(room.records, { email, created: now, reason: bounced.reason, status: bounced.status })
      return [processed, mailEvent('bounce', message, email, now, bounced)]
    }
    message.outcomes[email] = sendAt > now ? 'scheduled' : 'delivered'
    return [processed, mailEvent('delivered', message, email, sendAt, delivered)]
  })
}
