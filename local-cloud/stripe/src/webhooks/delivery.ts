import { DeliveryFaults } from '@insula/local-kit/faults'
import type { Cloud } from '../cloud.ts'
import { signatureOf } from './signature.ts'

/** Milliseconds before each further attempt: Stripe's three days, shrunk so that a person sees the retry. */
const retryAfterMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000]
const timeoutMs = 10_000

interface Delivery {
  seq: number
  event: string
  endpoint: string
  attempts: number
}

/**
 * Sends signed events, oldest first, at least once: a delivery is done when the endpoint says 2xx, and what
 * was under way when the process died is sent again.
 */
export class Courier {
  readonly faults = new DeliveryFaults()
  readonly #cloud: Cloud
  readonly #stopped = new AbortController()
  /** What each endpoint is being sent. */
  readonly #underWay = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  /** Grows when the store becomes another: what is under way then is none of its deliveries. */
  #generation = 0

  constructor(cloud: Cloud) {
    this.#cloud = cloud
  }

  /** Looks for work soon; cheap to call often. */
  wake(inMs = 0): void {
    if (this.#stopped.signal.aborted) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#send(), inMs)
  }

  /** Takes no note any more of how that ends which is under way. */
  letGo(): void {
    this.#generation++
  }

  /** Lets go of what is under way; it will be sent again after the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    clearTimeout(this.#timer)
    await Promise.allSettled(this.#underWay.values())
  }

  #due(now: number): Delivery[] {
    const rows = this.#cloud.store
      .sql(
        `select seq, event, endpoint, attempts from deliveries where state = 'pending' and due <= ? order by due, seq`,
      )
      .all(now)
    return rows as unknown as Delivery[]
  }

  /** Starts what is due, one at a time for each endpoint: so events arrive in order unless a switch or a failure says otherwise. */
  #send(): void {
    // One moment for what is due and what is not: between two, a delivery could fall due and be missed by both.
    const now = Date.now()
    let due = this.#due(now)
    if (this.faults.outOfOrder > 0) {
      if (due.length < this.faults.outOfOrder) return
      this.#reverse(due.slice(0, this.faults.outOfOrder))
      this.faults.outOfOrder = 0
      due = this.#due(now)
    }
    for (const delivery of due) {
      if (this.#underWay.has(delivery.endpoint)) continue
      if (this.faults.late.count > 0) {
        this.faults.late.count--
        this.#postpone(delivery, Date.now() + this.faults.late.delayMs)
        continue
      }
      const sent = this.#deliver(delivery).finally(() => {
        this.#underWay.delete(delivery.endpoint)
        this.wake()
      })
      this.#underWay.set(delivery.endpoint, sent)
    }
    this.#sleep(now)
  }

  #reverse(held: Delivery[]): void {
    const from = Date.now() - held.length
    for (const [index, delivery] of held.toReversed().entries()) this.#postpone(delivery, from + index)
  }

  #postpone(delivery: Delivery, due: number): void {
    this.#cloud.store.sql('update deliveries set due = ? where seq = ?').run(due, delivery.seq)
  }

  #sleep(now: number): void {
    const row = this.#cloud.store
      .sql(`select min(due) as due from deliveries where state = 'pending' and due > ?`)
      .get(now)
    if (typeof row?.due === 'number') this.wake(Math.max(10, row.due - now))
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const event = this.#cloud.store.get('event', delivery.event)
    const endpoint = this.#cloud.store.get('webhook_endpoint', delivery.endpoint)
    if (!event || !endpoint) return this.#finish(delivery, 'gone', 'The event or its endpoint is gone.')
    const twice = this.faults.twice > 0
    if (twice) this.faults.twice--
    const secret = this.#cloud.store.note<string>(`secret:${endpoint.id}`) ?? ''
    const body = JSON.stringify(event, null, 2)
    const generation = this.#generation
    const answer = await this.#post(endpoint.url, body, secret)
    if (twice) await this.#post(endpoint.url, body, secret)
    if (this.#stopped.signal.aborted || generation !== this.#generation) return
    if (answer.ok) this.#finish(delivery, 'delivered', answer.said)
    else this.#again(delivery, answer.said)
  }

  async #post(url: string, body: string, secret: string): Promise<{ ok: boolean; said: string }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'Stripe-Signature': signatureOf(body, [secret]),
        },
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#stopped.signal]),
      })
      await response.body?.cancel()
      return { ok: response.ok, said: `HTTP ${response.status}` }
    } catch (error) {
      return {
        ok: false,
        said: error instanceof Error ? `${error.message} ${String(error.cause ?? '')}`.trim() : String(error),
      }
    }
  }

  #finish(delivery: Delivery, state: 'delivered' | 'gone', said: string): void {
    this.#cloud.store.transaction(() => {
      this.#cloud.store
        .sql('update deliveries set state = ?, attempts = attempts + 1, last = ? where seq = ?')
        .run(state, said, delivery.seq)
      const event = this.#cloud.store.get('event', delivery.event)
      if (event)
        this.#cloud.store.put({ ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) })
    })
  }

  #again(delivery: Delivery, said: string): void {
    const delay = retryAfterMs[delivery.attempts]
    const due = Date.now() + (delay ?? 0)
    this.#cloud.store
      .sql('update deliveries set state = ?, attempts = attempts + 1, due = ?, last = ? where seq = ?')
      .run(delay === undefined ? 'failed' : 'pending', due, said, delivery.seq)
  }
}
