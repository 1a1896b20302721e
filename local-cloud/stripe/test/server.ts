import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalServer } from '@insula/local-kit/server'
import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type StripeControl, startStripe } from '../src/server.ts'

export const apiKey = 'sk_test_local_0123456789'

export interface Running {
  server: LocalServer<StripeControl>
  control: StripeControl
  stripe: Stripe
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A local Stripe of its own, with an official client that does not retry. */
export async function runStripe(running = {} as Running): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'stripe-'))
  const server = await startStripe({ port: 0, dataDir, apiKey })
  return Object.assign(running, {
    server,
    control: server.control,
    stripe: clientOf(server.port),
    restart: async () => {
      const { port } = running.server
      await running.server.close()
      running.server = await startStripe({ port, dataDir, apiKey })
      running.control = running.server.control
    },
    stop: async () => {
      await running.server.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  })
}

/** A local Stripe for one test file, empty before each test; use what it holds inside tests only. */
export function ownStripe(): Running {
  const running = {} as Running
  beforeAll(async () => {
    await runStripe(running)
  })
  beforeEach(() => running.control.reset())
  afterAll(() => running.stop())
  return running
}

/** The official client, pointed at the local Stripe. */
export function clientOf(port: number, key = apiKey): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, timeout: 10_000 })
}

/** A product with a monthly price in US dollars. */
export async function aPrice(
  stripe: Stripe,
  more: Partial<Stripe.PriceCreateParams> = {},
): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: 'usd',
    unit_amount: 2900,
    recurring: { interval: 'month' },
    product_data: { name: 'Pro' },
    ...more,
  })
}

/** A customer whose default card is one of Stripe's ready-made ones. */
export async function aCustomer(
  stripe: Stripe,
  card = 'pm_card_visa',
  more: Stripe.CustomerCreateParams = {},
): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada', ...more })
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id })
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
}

export interface Receiver {
  url: string
  /** What arrived, in order. */
  received: { body: string; signature: string; event: Stripe.Event }[]
  /** Answers the next deliveries with these codes, then 200. */
  answer(...codes: number[]): void
  /** Resolves once `enough` holds over what arrived; fails with what did arrive after ten seconds, or `withinMs`. */
  until(enough: (events: Stripe.Event[]) => boolean, withinMs?: number): Promise<Stripe.Event[]>
  close(): Promise<void>
}

/** A webhook endpoint that keeps what it is sent. */
export async function aReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = []
  const codes: number[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString()
    received.push({ body, signature: String(request.headers['stripe-signature']), event: JSON.parse(body) })
    response.writeHead(codes.shift() ?? 200).end()
    for (const check of waiting) check()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    answer: (...next) => codes.push(...next),
    until: (enough, withinMs = 10_000) =>
      new Promise((resolve, reject) => {
        const events = () => received.map((one) => one.event)
        const timer = setTimeout(() => {
          waiting.delete(check)
          reject(
            new Error(
              `only these arrived: ${events()
                .map((event) => event.type)
                .join(', ')}`,
            ),
          )
        }, withinMs)
        const check = () => {
          if (!enough(events())) return
          clearTimeout(timer)
          waiting.delete(check)
          resolve(events())
        }
        waiting.add(check)
        check()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
