import type { DeclineCode } from './card-behaviour.ts'
import { missing } from './http/errors.ts'
import { newId } from './ids.ts'
import type { Kind, Kinds, Store, StoredEvent } from './store.ts'

export const apiVersion = '2026-10-28.endive'

/** Who asked, for the events a request brings about. */
export interface Asker {
  requestId: string | null
  idempotencyKey: string | null
}

/** The store with Stripe's habits: clocks, references that must exist, and an event for each change. */
export class Cloud {
  readonly store: Store
  /** Where hosted pages live: `http://127.0.0.1:4010`. */
  url = ''
  asker: Asker = { requestId: null, idempotencyKey: null }
  /** Called after a commit that left something to deliver. */
  onEvent: () => void = () => {}
  /** Called when an intent has succeeded: billing looks whether it was for an invoice. */
  onPaid: (intent: Kinds['payment_intent']) => void = () => {}
  /** Set by `declineNextCard`: the bank's answer to the next charge. */
  declineNext: DeclineCode | undefined
  #frozen: number | undefined

  constructor(store: Store) {
    this.store = store
  }

  /** The server's own time in seconds: the machine's, plus what `clock.advance` added. */
  serverNow(): number {
    return Math.floor(Date.now() / 1000) + (this.store.note<number>('clock:offset') ?? 0)
  }

  /** Time as `customer` lives it: the test clock's if there is one, else the server's. */
  now(customer?: string | null): number {
    if (this.#frozen !== undefined) return this.#frozen
    const clock = customer ? this.store.get('customer', customer)?.test_clock : undefined
    return (clock && this.store.get('test_helpers.test_clock', clock)?.frozen_time) || this.serverNow()
  }

  /** While the billing engine works off the past, now is the moment that was due. */
  at<T>(moment: number, work: () => T): T {
    const before = this.#frozen
    this.#frozen = moment
    try {
      return work()
    } finally {
      this.#frozen = before
    }
  }

  /** The object, or Stripe's `resource_missing`; see `missing` for `param`. */
  need<K extends Kind>(kind: K, id: string, param = 'id'): Kinds[K] {
    const object = this.store.get(kind, id)
    if (!object) throw missing(nouns[kind] ?? kind.replaceAll('_', ' '), id, param)
    return object
  }

  /** Stores a new object and tells of it. */
  create<T extends Kinds[Kind]>(object: T, event?: string): T {
    this.store.put(object)
    if (event) this.emit(event, object)
    return object
  }

  /** Stores changed fields; the event carries what they were before. Nothing changed, nothing told. */
  change<T extends Kinds[Kind]>(object: T, patch: Partial<T>, event?: string): T {
    const changed = { ...object, ...patch }
    const before: Record<string, unknown> = {}
    for (const name of Object.keys(patch) as (keyof T & string)[]) {
      if (JSON.stringify(object[name]) !== JSON.stringify(changed[name])) before[name] = object[name] ?? null
    }
    if (Object.keys(before).length === 0) return object
    this.store.put(changed)
    if (event) this.emit(event, changed, event.endsWith('.updated') ? before : undefined)
    return changed
  }

  /** Records an event and queues it for each endpoint that wants it. */
  emit(type: string, object: object, previous?: object): StoredEvent {
    const wanting = this.store
      .all('webhook_endpoint')
      .filter(
        (endpoint) =>
          endpoint.status === 'enabled' &&
          (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type)),
      )
    const event: StoredEvent = {
      id: newId('evt'),
      object: 'event',
      api_version: apiVersion,
      created: this.now(),
      data: { object, ...(previous ? { previous_attributes: previous } : {}) },
      livemode: false,
      pending_webhooks: wanting.length,
      request: { id: this.asker.requestId, idempotency_key: this.asker.idempotencyKey },
      type,
    }
    this.store.put(event)
    for (const endpoint of wanting.reverse()) this.queue(event.id, endpoint.id)
    this.onEvent()
    return event
  }

  /** Queues one more delivery of an event. */
  queue(event: string, endpoint: string): void {
    this.store
      .sql('insert into deliveries (event, endpoint, due) values (?, ?, ?)')
      .run(event, endpoint, Date.now())
  }
}

const nouns: Partial<Record<Kind, string>> = {
  payment_method: 'PaymentMethod',
  invoiceitem: 'invoiceitem',
  'checkout.session': 'checkout.session',
  'billing_portal.configuration': 'configuration',
  'test_helpers.test_clock': 'test clock',
}
