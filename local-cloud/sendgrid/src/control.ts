import type { WebhookFaultControl } from '@insula/local-kit/faults'
import type { HttpControl } from '@insula/local-kit/server'

/** What the local cloud's page and the tests may ask of SendGrid, beside its own API. */
export interface SendgridControl extends HttpControl, WebhookFaultControl {
  /** Mails in the inbox, the newest first, without the bytes of their attachments. */
  inbox(filter?: InboxFilter): Promise<InboxMessage[]>
  /** One mail with its attachments' bytes; null when there is none of this id. */
  message(id: string): Promise<InboxMessage | null>
  /** Empties the inbox; faults, suppressions and the webhook stay. */
  clear(): Promise<void>
  /** Lets the recipients of the next `count` mails be unknown to their server: bounced, and suppressed from then on. */
  bounceNext(count?: number): Promise<void>
  /** Plays the recipient opening a mail: an `open` event. */
  open(id: string): Promise<void>
  /** Plays the recipient following a link: a `click` event. */
  click(id: string, url: string): Promise<void>
  /** Where events are sent; an empty address switches them off. */
  setEventWebhook(settings: { url: string; signed?: boolean }): Promise<EventWebhook>
  eventWebhook(): Promise<EventWebhook>
  /** Batches sent or still to be sent, the newest first. */
  eventDeliveries(): Promise<EventDelivery[]>
}

export interface InboxFilter {
  /** An address in to, cc or bcc. */
  to?: string
  /** ISO 8601; mails accepted at or after this time. */
  since?: string
}

export interface Address {
  email: string
  name?: string
}

/** One mail: a request with several personalizations makes several. */
export interface InboxMessage {
  id: string
  /** The X-Message-Id of the request that sent it. */
  messageId: string
  from: Address
  to: Address[]
  cc: Address[]
  bcc: Address[]
  replyTo: Address[]
  subject: string
  /** Empty when the mail has no such part. */
  text: string
  html: string
  headers: Record<string, string>
  categories: string[]
  customArgs: Record<string, string>
  attachments: InboxAttachment[]
  links: InboxLink[]
  /** ISO 8601. */
  acceptedAt: string
  /** ISO 8601, where the sender asked for a later time. */
  sendAt?: string
  /** What became of each recipient. */
  outcomes: Record<string, 'delivered' | 'bounced' | 'dropped' | 'scheduled'>
}

export interface InboxAttachment {
  filename: string
  type: string
  disposition: 'attachment' | 'inline'
  contentId?: string
  bytes: number
  /** Base64; only in `message()`. */
  content?: string
}

export interface InboxLink {
  href: string
  /** What the reader sees of it. */
  text: string
}

export interface EventWebhook {
  url: string
  signed: boolean
  /** Base64 of the DER-encoded P-256 key that checks the signatures. */
  publicKey: string
}

export interface EventDelivery {
  id: number
  /** ISO 8601. */
  createdAt: string
  state: 'waiting' | 'delivered' | 'given up'
  attempts: number
  /** What went wrong at the last attempt. */
  lastError?: string
  events: Record<string, unknown>[]
}
