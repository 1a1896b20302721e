import type { DatabaseSync } from 'node:sqlite'
import { DeliveryFaults } from './faults.ts'

/** Longer and longer, as the originals retry for a day; shorter here, because nobody waits for tomorrow's retry. */
const retryDelaysMs = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 10_800_000]
const answerWithinMs = 10_000
const maxDeliveries = 1000

const schema = `
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, created INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT, url TEXT NOT NULL, body TEXT NOT NULL);
`

/** One call of somebody's webhook, done or still to do. Times are milliseconds since 1970. */
export interface Delivery {
  id: number
  created: number
  due: number
  state: 'waiting' | 'delivered' | 'given up'
  attempts: number
  /** What went wrong at the last attempt. */
  error: string | null
  url: string
  /** JSON. */
  body: string
}

export interface DeliveriesOptions {
  /** Kept beside the server's own records, so that a change and the news of it are one transaction. */
  records: DatabaseSync
  now: () => number
  /** Headers that go with a body, such as its signature. */
  headers?: (body: string) => Record<string, string>
}

/** Posts JSON to webhooks, one after another in the order they are due, until each is taken. Outlives a restart. */
export class Deliveries {
  readonly faults = new DeliveryFaults()
  readonly #records: DatabaseSync
  readonly #now: () => number
  readonly #headers: (body: string) => Record<string, string>
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  /** Grows when the records become others: what is under way then is no longer among them. */
  #generation = 0

  constructor({ records, now, headers = () => ({}) }: DeliveriesOptions) {
    records.exec(schema)
    this.#records = records
    this.#now = now
    this.#headers = headers
    this.#schedule()
  }

  /** Queues one call, to be made at once or not before `due`. May be part of a transaction. */
  enqueue(url: string, body: string, due = this.#now()): void {
    const { faults } = this
    const late = faults.late.count > 0 ? faults.late.delayMs : 0
    if (faults.late.count > 0) faults.late.count -= 1
    const copies = faults.twice > 0 ? 2 : 1
    if (copies === 2) faults.twice -= 1
    const insert = this.#records.prepare(
      `INSERT INTO deliveries (created, due, state, url, body) VALUES (?, ?, 'waiting', ?, ?)`,
    )
    for (let copy = 0; copy < copies; copy += 1) insert.run(this.#now(), due + late, url, body)
    this.#records
      .prepare(
        `DELETE FROM deliveries WHERE state <> 'waiting' AND id <= (SELECT max(id) FROM deliveries) - ?`,
      )
      .run(maxDeliveries)
    this.#schedule()
  }

  /** The newest first. */
  list(): Delivery[] {
    return this.#records.prepare('SELECT * FROM deliveries ORDER BY id DESC').all() as unknown as Delivery[]
  }

  clear(): void {
    this.#records.exec('DELETE FROM deliveries')
    this.replaced()
  }

  /** Goes on with the calls that are now in the records. */
  replaced(): void {
    this.#generation += 1
    this.wake()
  }

  /** Looks again for what is to be sent. */
  wake(): void {
    this.#schedule()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closing.abort()
    await this.#sending
  }

  /** Whether deliveries may go out: those that are to come out of order wait for each other. */
  #reordered(): boolean {
    const { outOfOrder: count } = this.faults
    if (count === 0) return true
    const now = this.#now()
    const held = this.#records
      .prepare(`SELECT id FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?`)
      .all(now, count)
    if (held.length < count) return false
    const postpone = this.#records.prepare('UPDATE deliveries SET due = ? WHERE id = ?')
    for (const [at, row] of held.reverse().entries()) postpone.run(now - count + at, Number(row.id))
    this.faults.outOfOrder = 0
    return true
  }

  #schedule(): void {
    if (this.#sending || this.#closing.signal.aborted || !this.#reordered()) return
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
    while (this.#reordered()) {
      const delivery = this.#records
        .prepare(`SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1`)
        .get(this.#now()) as unknown as Delivery | undefined
      if (!delivery || this.#closing.signal.aborted) return
      const generation = this.#generation
      const error = await this.#post(delivery)
      if (this.#closing.signal.aborted) return
      if (generation !== this.#generation) continue
      const attempts = delivery.attempts + 1
      const retryDelayMs = retryDelaysMs[attempts - 1]
      const state = error === undefined ? 'delivered' : retryDelayMs === undefined ? 'given up' : 'waiting'
      this.#records
        .prepare('UPDATE deliveries SET state = ?, attempts = ?, error = ?, due = ? WHERE id = ?')
        .run(state, attempts, error ?? null, this.#now() + (retryDelayMs ?? 0), delivery.id)
    }
  }

  /** @returns what went wrong, or undefined when the call was taken */
  async #post({ url, body }: Delivery): Promise<string | undefined> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.#headers(body) },
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
}
