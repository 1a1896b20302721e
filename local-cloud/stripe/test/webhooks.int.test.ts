import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiKey, aReceiver, clientOf, ownStripe, type Receiver } from './server.ts'

const running = ownStripe()
let receiver: Receiver

beforeEach(async () => {
  receiver = await aReceiver()
})
afterEach(() => receiver.close())

const webhookSecret = 'whsec_local_test'
const names = (receiver: Receiver): unknown[] =>
  receiver.received.map(({ event }) => (event.data.object as { name?: string }).name)
const customers = async (...all: string[]): Promise<void> => {
  for (const name of all) await running.stripe.customers.create({ name })
}

describe('webhooks', () => {
  it('reach only those who asked for the event', async () => {
    const endpoint = await running.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['product.created'],
    })
    expect(endpoint.secret).toMatch(/^whsec_/)
    expect((await running.stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined()
    await customers('nobody')
    await running.stripe.products.create({ name: 'Pro' })
    await receiver.until((events) => events.length === 1)
    expect(receiver.received[0]?.event.type).toBe('product.created')
  })

  it('carry a signature that a changed body, another secret or old age breaks', async () => {
    await running.control.forwardTo(receiver.url, webhookSecret)
    await customers('Ada')
    await receiver.until((events) => events.length === 1)
    const { body, signature } = receiver.received[0]!
    const { webhooks } = running.stripe
    await expect(webhooks.constructEventAsync(`${body} `, signature, webhookSecret)).rejects.toMatchObject({
      type: 'StripeSignatureVerificationError',
    })
    await expect(webhooks.constructEventAsync(body, signature, 'whsec_other')).rejects.toMatchObject({
      type: 'StripeSignatureVerificationError',
    })
    const late = Date.now() + 600_000
    await expect(
      webhooks.constructEventAsync(body, signature, webhookSecret, 300, undefined, late),
    ).rejects.toThrow('tolerance')
    expect((await webhooks.constructEventAsync(body, signature, webhookSecret)).type).toBe('customer.created')
  })

  it('are signed at the real time however far the clock was moved', async () => {
    await running.control.clock.advance('1 year')
    await running.control.forwardTo(receiver.url, webhookSecret)
    await customers('Ada')
    await receiver.until((events) => events.length === 1)
    const { body, signature } = receiver.received[0]!
    const event = await running.stripe.webhooks.constructEventAsync(body, signature, webhookSecret)
    expect(event.created).toBeGreaterThan(Date.now() / 1000 + 300 * 86_400)
  })

  it('are sent again after a failure, with the same id, until they arrive', async () => {
    receiver.answer(500)
    await running.control.forwardTo(receiver.url, webhookSecret)
    await customers('Ada')
    const [first, second] = await receiver.until((events) => events.length === 2)
    expect(second?.id).toBe(first?.id)
    expect(second?.created).toBe(first?.created)
  })

  it('that nobody took are listed, and can be sent again by hand', async () => {
    receiver.answer(503)
    await running.control.forwardTo(receiver.url, webhookSecret)
    await customers('Ada')
    const [event] = await receiver.until((events) => events.length === 1)
    await expect
      .poll(() => running.control.undelivered())
      .toMatchObject([{ event: event?.id, attempts: 1, last: 'HTTP 503' }])
    const listed = await running.stripe.events.list({ delivery_success: false })
    expect(listed.data.map((one) => one.id)).toEqual([event?.id])
    await running.control.resend(event!.id)
    await receiver.until((events) => events.length >= 2)
  })

  it('come twice, late or out of order where asked to', async () => {
    await running.control.forwardTo(receiver.url, webhookSecret)
    await running.control.deliverTwice(1)
    await customers('twice')
    await receiver.until((events) => events.length === 2)
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1)

    receiver.received.length = 0
    await running.control.deliverOutOfOrder(3)
    await customers('a', 'b', 'c')
    await receiver.until((events) => events.length === 3)
    expect(names(receiver)).toEqual(['c', 'b', 'a'])

    receiver.received.length = 0
    await running.control.deliverLate(1, 300)
    await customers('late', 'early')
    await receiver.until((events) => events.length === 2)
    expect(names(receiver)).toEqual(['early', 'late'])
  })
})

describe('a kill -9', () => {
  /** How many deliveries fail before the kill. */
  const refused = 5
  let child: ChildProcess | undefined
  let dataDir: string

  async function start(port: number): Promise<number> {
    const program = `
      import { startStripe } from ${JSON.stringify(join(import.meta.dirname, '../src/server.ts'))}
      const server = await startStripe({ port: ${port}, dataDir: ${JSON.stringify(dataDir)}, apiKey: ${JSON.stringify(apiKey)} })
      console.log(server.port)`
    child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout! })) return Number(line)
    throw new Error('the server did not start')
  }

  async function kill(): Promise<void> {
    child?.kill('SIGKILL')
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stripe-kill-'))
  })
  afterEach(async () => {
    await kill()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('loses nothing that was answered, repeats nothing under the same key, and still delivers', async () => {
    const port = await start(0)
    const stripe = clientOf(port)
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] })
    receiver.answer(...Array<number>(refused).fill(500))
    const answered: string[] = []
    const writing = (async () => {
      for (let n = 0; ; n++)
        answered.push((await stripe.customers.create({ name: `n${n}` }, { idempotencyKey: `op_${n}` })).id)
    })().catch(() => undefined)
    await receiver.until((events) => events.length >= refused)
    await kill()
    await writing

    await start(port)
    const again = await stripe.customers.create({ name: 'n0' }, { idempotencyKey: 'op_0' })
    expect(again.id).toBe(answered[0])
    const kept = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })
    expect(kept.map((one) => one.id)).toEqual(expect.arrayContaining(answered))
    expect(kept.length - answered.length).toBeLessThanOrEqual(1)
    const delivered = await receiver.until(
      (events) => answered.every((id) => arrivedAfterwards(events, id)),
      25_000,
    )
    expect(new Set(delivered.map((event) => event.id)).size).toBe(kept.length)
  })

  const arrivedAfterwards = (events: { data: { object: object } }[], id: string): boolean =>
    events.slice(refused).some((event) => (event.data.object as { id: string }).id === id)
})
