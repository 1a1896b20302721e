import { join } from 'node:path'
import { armedControl } from '@insula/local-kit/armed'
import { copyDatabase } from '@insula/local-kit/database'
import type { Faults, WebhookFaultControl } from '@insula/local-kit/faults'
import type { HttpControl } from '@insula/local-kit/server'
import { runUntil } from './billing/engine.ts'
import { plus } from './billing/periods.ts'
import { type DunningEnd, dunningEnd } from './billing/reactions.ts'
import { type DeclineCode, declines } from './card-behaviour.ts'
import type { Cloud } from './cloud.ts'
import { attempt } from './pages/checkout-routes.ts'
import { finishCheckout, submitCheckout } from './resources/complete-checkout.ts'
import type { Kinds, StoredEvent } from './store.ts'
import type { Courier } from './webhooks/delivery.ts'
import { forwardTo, keepForwards } from './webhooks/forward.ts'

/** What the local cloud's page and the tests may ask of the local Stripe; everything in and out is JSON. */
export interface StripeControl extends HttpControl, WebhookFaultControl {
  /** Registers the product's webhook endpoint (all events) with a signing secret it knows; the same URL again changes the secret. */
  forwardTo(url: string, secret: string): Promise<{ endpoint: string }>
  /** Refuses the next charge with Stripe's decline code, `generic_decline` unless told otherwise. */
  declineNextCard(code?: string): Promise<void>
  /** The dashboard's setting: what becomes of a subscription once every retry has failed. Cancelled unless told otherwise. */
  afterLastRetry(end: DunningEnd): Promise<void>
  /** Queues an event once more for every endpoint; the receiver sees the same id. */
  resend(eventId: string): Promise<void>
  /** Deliveries that no endpoint has answered with 2xx yet, oldest first. */
  undelivered(): Promise<Undelivered[]>
  clock: {
    /** The server's time in Unix seconds. */
    now(): Promise<number>
    /** Moves the server's time by `1 month`, `3 days`, `90 minutes`, ... and does everything that falls due, in order. */
    advance(span: string): Promise<number>
  }
  customers(): Promise<Kinds['customer'][]>
  subscriptions(): Promise<Kinds['subscription'][]>
  invoices(): Promise<Kinds['invoice'][]>
  events(): Promise<StoredEvent[]>
  /** Fills in the hosted page: card number (4242... if left out), e-mail and name. Authenticates if asked; throws if the card is refused. */
  completeCheckout(
    sessionId: string,
    form?: { card?: string; email?: string; name?: string },
  ): Promise<Kinds['checkout.session']>
}

export interface Undelivered {
  event: string
  type: string
  endpoint: string
  attempts: number
  /** What came back last, such as `HTTP 500`; null before the first attempt. */
  last: string | null
  /** `failed` after the last retry. */
  state: 'pending' | 'failed'
}

interface Parts {
  cloud: Cloud
  faults: Faults
  courier: Courier
}

const savedFile = 'stripe.sqlite'

/** The switches over one running server. */
export function controlOf({ cloud, faults, courier }: Parts): StripeControl {
  const { store } = cloud
  const clearFaults = (): void => {
    faults.clear()
    courier.faults.clear()
    cloud.declineNext = undefined
  }
  return {
    ...courier.faults.control(() => courier.wake()),
    ...armedControl({
      ...faults.switches(),
      ...courier.faults.switches(() => courier.wake()),
      declineNextCard: {
        does: () => cloud.declineNext && `Declines the next card: ${cloud.declineNext}`,
        takeBack: () => {
          cloud.declineNext = undefined
        },
      },
    }),
    failNext: async (count, status) => faults.failNext(count, status),
    slow: async (delayMs) => faults.slow(delayMs),
    dropNextReplies: async (count = 1) => faults.dropNextReplies(count),
    reset: async () => {
      clearFaults()
      courier.letGo()
      store.transaction(() => store.clear())
    },
    save: (folder) => copyDatabase(store.db, join(folder, savedFile)),
    restore: async (folder) => {
      const forward = keepForwards(cloud)
      store.restore(join(folder, savedFile), forward)
      clearFaults()
      courier.letGo()
      courier.wake()
    },
    forwardTo: async (url, secret) => ({ endpoint: forwardTo(cloud, url, secret) }),
    declineNextCard: async (code = 'generic_decline') => {
      if (!(code in declines))
        throw new Error(`Unknown decline code ${code}; one of ${Object.keys(declines).join(', ')}`)
      cloud.declineNext = code as DeclineCode
    },
    afterLastRetry: async (end) => store.setNote(dunningEnd, end),
    resend: async (eventId) => {
      const event = cloud.need('event', eventId)
      const endpoints = store.all('webhook_endpoint').filter((one) => one.status === 'enabled')
      store.transaction(() => {
        for (const endpoint of endpoints) cloud.queue(event.id, endpoint.id)
        store.put({ ...event, pending_webhooks: event.pending_webhooks + endpoints.length })
      })
      courier.wake()
    },
    undelivered: async () => {
      const rows = store
        .sql(`select event, endpoint, attempts, last, state from deliveries
        where state in ('pending', 'failed') order by seq`)
        .all()
      return rows.map((row) => ({
        ...(row as unknown as Omit<Undelivered, 'type'>),
        type: store.get('event', row.event as string)?.type ?? '',
      }))
    },
    clock: {
      now: async () => cloud.serverNow(),
      advance: async (span) => advance(cloud, span),
    },
    customers: async () => store.all('customer'),
    subscriptions: async () => store.all('subscription'),
    invoices: async () => store.all('invoice'),
    events: async () => store.all('event'),
    completeCheckout: async (sessionId, form = {}) => {
      const session = cloud.need('checkout.session', sessionId)
      const year = new Date(cloud.serverNow() * 1000).getUTCFullYear() + 3
      const card = {
        number: (form.card ?? '4242424242424242').replaceAll(' ', ''),
        expMonth: 12,
        expYear: year,
        cvc: '123',
      }
      const filled = { card, email: form.email ?? 'buyer@example.com', name: form.name ?? 'Test Buyer' }
      const done = attempt(cloud, session, () => submitCheckout(cloud, session, filled))
      return done.authenticate ? attempt(cloud, session, () => finishCheckout(cloud, session)) : done.session
    },
  }
}

const units: Record<string, number> = { second: 1, minute: 60, hour: 3600 }

function advance(cloud: Cloud, span: string): number {
  const [, count, unit] = /^(\d+) (second|minute|hour|day|week|month|year)s?$/.exec(span) ?? []
  if (!count || !unit) throw new Error(`Say a span such as '1 month' or '3 days', not '${span}'`)
  const now = cloud.serverNow()
  const seconds = units[unit]
  const target = seconds
    ? now + Number(count) * seconds
    : plus(now, { interval: unit, interval_count: Number(count) })
  runUntil(cloud, null, target)
  cloud.store.setNote('clock:offset', (cloud.store.note<number>('clock:offset') ?? 0) + target - now)
  return cloud.serverNow()
}
