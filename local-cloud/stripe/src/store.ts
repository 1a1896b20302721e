import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { openDatabase, restoreDatabase } from '@insula/local-kit/database'
import type Stripe from 'stripe'
import type { Stored } from './wire.ts'

/** What is kept, by the `object` field each carries. */
export interface Kinds {
  product: Stored<Stripe.Product>
  price: Stored<Stripe.Price>
  customer: Stored<Stripe.Customer>
  payment_method: Stored<Stripe.PaymentMethod>
  payment_intent: Stored<Stripe.PaymentIntent>
  setup_intent: Stored<Stripe.SetupIntent>
  charge: Stored<Stripe.Charge>
  refund: Stored<Stripe.Refund>
  dispute: Stored<Stripe.Dispute>
  subscription: Stored<Stripe.Subscription>
  invoice: Stored<Stripe.Invoice>
  invoiceitem: Stored<Stripe.InvoiceItem>
  invoice_payment: Stored<Stripe.InvoicePayment>
  credit_note: Stored<Stripe.CreditNote>
  coupon: Stored<Stripe.Coupon>
  promotion_code: Stored<Stripe.PromotionCode>
  discount: Stored<Stripe.Discount>
  'checkout.session': Stored<Stripe.Checkout.Session>
  'billing_portal.session': Stored<Stripe.BillingPortal.Session>
  'billing_portal.configuration': Stored<Stripe.BillingPortal.Configuration>
  'billing.meter': Stored<Stripe.Billing.Meter>
  'billing.meter_event_summary': Stored<Stripe.Billing.MeterEventSummary>
  'test_helpers.test_clock': Stored<Stripe.TestHelpers.TestClock>
  line_item: Stored<Stripe.LineItem>
  event: StoredEvent
  webhook_endpoint: Stored<Stripe.WebhookEndpoint>
}
export type Kind = keyof Kinds

export interface StoredEvent {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: object; previous_attributes?: object }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: string
}

const schema = `
  create table if not exists objects (
    seq integer primary key autoincrement, kind text not null, id text not null,
    customer text, subscription text, deleted integer not null default 0, body text not null,
    unique (kind, id)
  );
  create index if not exists objects_customer on objects (kind, customer) where customer is not null;
  create index if not exists objects_subscription on objects (kind, subscription) where subscription is not null;
  create table if not exists notes (key text primary key, value text not null) without rowid;
  create table if not exists replies (
    key text primary key, fingerprint text not null, status integer not null, body text not null,
    request_id text not null, at integer not null
  ) without rowid;
  create table if not exists deliveries (
    seq integer primary key autoincrement, event text not null, endpoint text not null,
    attempts integer not null default 0, due integer not null, state text not null default 'pending', last text
  );
  create table if not exists usage (
    seq integer primary key autoincrement, identifier text not null unique, meter text not null,
    customer text not null, value real not null, at integer not null
  );
  create index if not exists deliveries_due on deliveries (due) where state = 'pending';
`

/**
 * Everything the local Stripe knows, in one SQLite file. What a request does is one transaction, on disk
 * before it is answered; so a `kill -9` loses nothing that anyone was told.
 */
export class Store {
  readonly db: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  #depth = 0
  /** Grows with each change; who remembers it knows whether anything happened since. */
  revision = 0

  constructor(dataDir: string) {
    this.db = openDatabase(dataDir, 'stripe.sqlite', schema)
  }

  /** Runs one statement that is prepared once. */
  sql(text: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.#statements.get(text)
    if (known) return known
    const made = this.db.prepare(text)
    this.#statements.set(text, made)
    return made
  }

  /** All or nothing, unless `keeps` says that this error's work stays. Inner calls join the outer one. */
  transaction<T>(work: () => T, keeps: (error: unknown) => boolean = () => false): T {
    if (this.#depth > 0) return work()
    this.#depth++
    this.db.exec('begin immediate')
    try {
      const result = work()
      this.db.exec('commit')
      return result
    } catch (error) {
      this.db.exec(keeps(error) ? 'commit' : 'rollback')
      throw error
    } finally {
      this.#depth--
    }
  }

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    const row = this.sql('select body from objects where kind = ? and id = ? and deleted = 0').get(kind, id)
    return row && (JSON.parse(row.body as string) as Kinds[K])
  }

  /** The `{ id, object, deleted: true }` that stays where a customer or product was. */
  tombstone(kind: Kind, id: string): object | undefined {
    const row = this.sql('select body from objects where kind = ? and id = ? and deleted = 1').get(kind, id)
    return row && (JSON.parse(row.body as string) as object)
  }

  put<T extends Kinds[Kind]>(object: T): T {
    this.revision++
    const { customer, subscription } = object as { customer?: unknown; subscription?: unknown }
    this.sql(`insert into objects (kind, id, customer, subscription, body) values (?, ?, ?, ?, ?)
      on conflict (kind, id) do update set customer = excluded.customer, subscription = excluded.subscription,
        body = excluded.body, deleted = 0`).run(
      object.object,
      object.id,
      typeof customer === 'string' ? customer : null,
      subscriptionOf(object) ?? (typeof subscription === 'string' ? subscription : null),
      JSON.stringify(object),
    )
    return object
  }

  remove(kind: Kind, id: string): { id: string; object: string; deleted: true } {
    this.revision++
    const tombstone = { id, object: kind, deleted: true } as const
    this.sql('update objects set deleted = 1, body = ? where kind = ? and id = ?').run(
      JSON.stringify(tombstone),
      kind,
      id,
    )
    return tombstone
  }

  /** Newest first. */
  all<K extends Kind>(
    kind: K,
    of: { customer?: string | undefined; subscription?: string | undefined } = {},
  ): Kinds[K][] {
    const clauses = ['kind = ?', 'deleted = 0']
    const values: SQLInputValue[] = [kind]
    for (const [column, value] of Object.entries(of)) {
      if (value === undefined) continue
      clauses.push(`${column} = ?`)
      values.push(value)
    }
    const rows = this.sql(`select body from objects where ${clauses.join(' and ')} order by seq desc`).all(
      ...values,
    )
    return rows.map((row) => JSON.parse(row.body as string) as Kinds[K])
  }

  /** What we remember beside Stripe's own fields, such as the card number behind a payment method. */
  note<T>(key: string): T | undefined {
    const row = this.sql('select value from notes where key = ?').get(key)
    return row && (JSON.parse(row.value as string) as T)
  }

  setNote(key: string, value: unknown): void {
    this.sql(
      'insert into notes (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    ).run(key, JSON.stringify(value))
  }

  /** The next number of a named sequence, from 1. */
  next(sequence: string): number {
    const number = (this.note<number>(`sequence:${sequence}`) ?? 0) + 1
    this.setNote(`sequence:${sequence}`, number)
    return number
  }

  clear(): void {
    this.revision++
    this.db.exec(
      'delete from objects; delete from notes; delete from replies; delete from deliveries; delete from usage',
    )
  }

  /** Puts a copy of such a store in place of what it knows; `also` belongs to the same transaction. */
  restore(file: string, also: () => void): void {
    this.revision++
    restoreDatabase(this.db, file, { also })
  }

  close(): void {
    this.db.close()
  }
}

function subscriptionOf(object: Kinds[Kind]): string | undefined {
  if (object.object === 'invoice' || object.object === 'invoiceitem')
    return object.parent?.subscription_details?.subscription
  return undefined
}
