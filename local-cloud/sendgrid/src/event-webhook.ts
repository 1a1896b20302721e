import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Switch } from '@insula/local-kit/armed'
import { Deliveries } from '@insula/local-kit/deliveries'
import type { WebhookFaultControl } from '@insula/local-kit/faults'
import type { EventDelivery, EventWebhook } from './control.ts'
import type { MailEvent } from './events.ts'

export interface EventWebhookOptions {
  records: DatabaseSync
  now: () => number
  /** The webhook's address until another is set. */
  url?: string
}

/**
 * Posts batches of events to one address, signed as SendGrid signs them: ECDSA on P-256 over timestamp and body,
 * in `X-Twilio-Email-Event-Webhook-Signature` and `-Timestamp`. Batches outlive a restart.
 */
export class EventWebhookSender {
  readonly #records: DatabaseSync
  readonly #now: () => number
  readonly #privateKey: KeyObject
  readonly #deliveries: Deliveries

  constructor({ records, now, url }: EventWebhookOptions) {
    this.#records = records
    this.#now = now
    this.#privateKey = this.#keptKey()
    if (url !== undefined && this.#setting('url') === undefined) this.configure({ url })
    this.#deliveries = new Deliveries({ records, now, headers: (body) => this.#headers(body) })
  }

  configure({ url, signed = true }: { url: string; signed?: boolean }): void {
    if (url !== '' && !URL.canParse(url)) {
      throw new Error(`"${url}" is not an address; example: http://127.0.0.1:3000/api/webhooks/sendgrid`)
    }
    this.#keep('url', url)
    this.#keep('signed', String(signed))
  }

  get settings(): EventWebhook {
    return {
      url: this.#setting('url') ?? '',
      signed: this.#setting('signed') !== 'false',
      publicKey: createPublicKey(this.#privateKey).export({ type: 'spki', format: 'der' }).toString('base64'),
    }
  }

  get switches(): Record<string, Switch> {
    return this.#deliveries.faults.switches(() => this.#deliveries.wake())
  }

  get faults(): WebhookFaultControl {
    return this.#deliveries.faults.control(() => this.#deliveries.wake())
  }

  /** Queues one batch, to be sent at once or not before `atMs`. Without an address there is nobody to tell. */
  enqueue(events: readonly MailEvent[], atMs = this.#now()): void {
    const { url } = this.settings
    if (events.length === 0 || url === '') return
    this.#deliveries.enqueue(url, JSON.stringify(events), atMs)
  }

  deliveries(): EventDelivery[] {
    return this.#deliveries.list().map(({ id, created, state, attempts, error, body }) => ({
      id,
      createdAt: new Date(created).toISOString(),
      state,
      attempts,
      ...(error === null ? {} : { lastError: error }),
      events: JSON.parse(body) as MailEvent[],
    }))
  }

  clearFaults(): void {
    this.#deliveries.faults.clear()
  }

  /** Forgets whatever was sent or still to be sent. */
  clear(): void {
    this.#deliveries.clear()
  }

  /** Goes on with the batches that are now in the records. */
  replaced(): void {
    this.#deliveries.replaced()
  }

  close(): Promise<void> {
    return this.#deliveries.close()
  }

  #headers(body: string): Record<string, string> {
    const agent = { 'user-agent': 'SendGrid Event API' }
    if (!this.settings.signed) return agent
    const timestamp = String(Math.floor(this.#now() / 1000))
    return {
      ...agent,
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.from(timestamp + body),
        this.#privateKey,
      ).toString('base64'),
      'x-twilio-email-event-webhook-timestamp': timestamp,
    }
  }

  #keptKey(): KeyObject {
    const kept = this.#setting('private-key')
    if (kept !== undefined) return createPrivateKey(kept)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    this.#keep('private-key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    return privateKey
  }

  #setting(name: string): string | undefined {
    const row = this.#records.prepare('SELECT value FROM settings WHERE name = ?').get(name)
    return row && String(row.value)
  }

  #keep(name: string, value: string): void {
    this.#records.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(name, value)
  }
}
