import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { EventDelivery, EventWebhook } from './control.ts'
import type { MailEvent } from './events.ts'

/** Longer and longer, as SendGrid retries for a day; shorter here, because nobody waits for tomorrow's retry. */
const retryDelaysMs = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 10_800_000]
const answerWithinMs = 10_000
const keptDeliveries = 1000

interface DeliveryRow {
  id: number
  created: number
  due: number | null
  state: EventDelivery['state']
  attempts: number
  error: string | null
  events: string
}

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
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  readonly #closing = new AbortController()
  #duplicates = 0
  #delays: number[] = []

  constructor({ records, now, url }: EventWebhookOptions) {
    this.#records = records
    this.#now = now
    this.#privateKey = this.#keptKey()
    if (url !== undefined && this.#setting('url') === undefined) this.configure({ url })
    this.#schedule()
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

  duplicateNext(count: number): void {
    this.#duplicates += count
  }

  delayNext(count: number, delayMs: number): void {
    this.#delays.push(...Array<number>(count).fill(delayMs))
  }

  clearFaults(): void {
    this.#duplicates = 0
    this.#delays = []
  }

  /** Queues one batch, to be sent at once or not before `atMs`. Without an address there is nobody to tell. */
  enqueue(events: readonly MailEvent[], atMs = this.#now()): void {
    if (events.length === 0 || this.settings.url === '') return
    const due = atMs + (this.#delays.shift() ?? 0)
    const copies = this.#duplicates > 0 ? 2 : 1
    if (copies === 2) this.#duplicates -= 1
    for (let copy = 0; copy < copies; copy += 1) {
      this.#records
        .prepare(`INSERT INTO deliveries (created, due, state, events) VALUES (?, ?, 'waiting', ?)`)
        .run(this.#now(), due, JSON.stringify(events))
    }
    this.#records
      .prepare(
        `DELETE FROM deliveries WHERE state <> 'waiting' AND id <= (SELECT max(id) FROM deliveries) - ?`,
      )
      .run(keptDeliveries)
    this.#schedule()
  }

  deliveries(): EventDelivery[] {
    const rows = this.#records
      .prepare('SELECT * FROM deliveries ORDER BY id DESC')
      .all() as unknown as DeliveryRow[]
    return rows.map(({ id, created, state, attempts, error, events }) => ({
      id,
      createdAt: new Date(created).toISOString(),
      state,
      attempts,
      ...(error === null ? {} : { lastError: error }),
      events: JSON.parse(events) as MailEvent[],
    }))
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closing.abort()
    await this.#sending
  }

  #schedule(): void {
    if (this.#sending || this.#closing.signal.aborted) return
    clearTimeout(this.#timer)
    const next = this.#records.prepare(`SELECT min(due) AS due FROM deliveries WHERE state = 'waiting'`).get()
    if (next?.due === null || next?.due === undefined) return
    const delayMs = Math.min(Math.max(Number(next.due) - this.#now(), 0), 2 ** 31 - 1)
    this.#timer = setTimeout(() => {
      this.#sending = this.#sendDue().finally(() => {
        this.#sending = undefined
        this.#schedule()
      })
    }, delayMs)
    this.#timer.unref()
  }

  async #sendDue(): Promise<void> {
    for (;;) {
      const row = this.#records
        .prepare(`SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1`)
        .get(this.#now()) as unknown as DeliveryRow | undefined
      if (!row || this.#closing.signal.aborted) return
      const error = await this.#post(row.events)
      if (this.#closing.signal.aborted) return
      const attempts = row.attempts + 1
      const retryDelayMs = retryDelaysMs[attempts - 1]
      const state = error === undefined ? 'delivered' : retryDelayMs === undefined ? 'given up' : 'waiting'
      this.#records
        .prepare('UPDATE deliveries SET state = ?, attempts = ?, error = ?, due = ? WHERE id = ?')
        .run(state, attempts, error ?? null, this.#now() + (retryDelayMs ?? 0), row.id)
    }
  }

  /** @returns what went wrong, or undefined when the batch was taken */
  async #post(body: string): Promise<string | undefined> {
    const { url, signed } = this.settings
    const timestamp = String(Math.floor(this.#now() / 1000))
    const signature = sign('sha256', Buffer.from(timestamp + body), this.#privateKey).toString('base64')
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'SendGrid Event API',
          ...(signed
            ? {
                'x-twilio-email-event-webhook-signature': signature,
                'x-twilio-email-event-webhook-timestamp': timestamp,
              }
            : {}),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerWithinMs)]),
      })
      await answer.body?.cancel()
      return answer.ok ? undefined : `The webhook answered ${answer.status}.`
    } catch (error) {
      return `The webhook did not answer: ${error instanceof Error ? String(error.cause ?? error.message) : error}`
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
