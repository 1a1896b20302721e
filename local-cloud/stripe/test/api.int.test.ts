import Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { aCustomer, aPrice, apiKey, clientOf, ownStripe } from './server.ts'

const running = ownStripe()
let stripe: Stripe

beforeAll(() => {
  stripe = running.stripe
})

/** The error a call ends in; fails if it ends well. */
async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('the call succeeded')
}

function raw(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
  return fetch(`${running.server.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${apiKey}`, ...init.headers },
  })
}

describe('what is refused', () => {
  it('a call without a key or with another key is a 401', async () => {
    const none = await fetch(`${running.server.url}/v1/customers`)
    expect(none.status).toBe(401)
    expect(none.headers.get('request-id')).toMatch(/^req_/)
    expect(await none.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    const error = await errorOf(
      clientOf(running.server.port, 'sk_test_wrong_key_of_someone').customers.list(),
    )
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(error.message).toContain('sk_test_')
    expect(error.message).not.toContain('wrong_key')
  })

  it('an unknown URL is a 404 with an error in the body', async () => {
    const answer = await raw('/v1/nothing_here')
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('Unrecognized request URL') },
    })
  })

  it('what Stripe can do and the local cloud cannot is said aloud', async () => {
    const error = await errorOf(stripe.customers.search({ query: 'email:"a@b"' }))
    expect(error.code).toBe('local_cloud_not_implemented')
    const parameter = await errorOf(stripe.customers.create({ tax: { ip_address: '1.1.1.1' } }))
    expect(parameter).toMatchObject({ code: 'local_cloud_not_implemented', param: 'tax.ip_address' })
  })

  it('an unknown parameter, also inside a hash, is named', async () => {
    const top = await errorOf(stripe.customers.create({ nickname: 'x' } as Stripe.CustomerCreateParams))
    expect(top).toMatchObject({ statusCode: 400, code: 'parameter_unknown', param: 'nickname' })
    const nested = { address: { planet: 'Mars' } } as unknown as Stripe.CustomerCreateParams
    expect(await errorOf(stripe.customers.create(nested))).toMatchObject({ param: 'address[planet]' })
  })

  it('a missing, mistyped or unlisted value is named', async () => {
    const missing = await errorOf(stripe.products.create({} as Stripe.ProductCreateParams))
    expect(missing).toMatchObject({ code: 'parameter_missing', param: 'name' })
    const integer = await raw('/v1/prices', { method: 'POST', body: 'currency=usd&unit_amount=ten' })
    expect(await integer.json()).toMatchObject({
      error: { code: 'parameter_invalid_integer', param: 'unit_amount' },
    })
    const unlisted = await raw('/v1/prices', {
      method: 'POST',
      body: 'currency=usd&recurring[interval]=decade',
    })
    expect(await unlisted.json()).toMatchObject({
      error: { message: 'Invalid recurring[interval]: must be one of day, month, week, or year' },
    })
  })

  it('an unknown id is 404 in the URL and 400 in a parameter', async () => {
    expect(await errorOf(stripe.customers.retrieve('cus_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
    })
    const inside = await errorOf(stripe.subscriptions.create({ customer: 'cus_none', items: [] }))
    expect(inside).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' })
    const { id } = await stripe.customers.create()
    const listed = (customer: string) => stripe.subscriptions.list({ customer })
    expect(await errorOf(listed(`${id}x`))).toMatchObject({ code: 'resource_missing', param: 'customer' })
    await stripe.customers.del(id)
    expect((await listed(id)).data).toEqual([])
  })

  it('another API version is refused rather than half spoken', async () => {
    const answer = await raw('/v1/account', { headers: { 'Stripe-Version': '2020-08-27' } })
    expect(answer.status).toBe(400)
  })

  it('a key on a prototype stays a parameter', async () => {
    const answer = await raw('/v1/customers', { method: 'POST', body: '__proto__[polluted]=1' })
    expect(await answer.json()).toMatchObject({ error: { code: 'parameter_unknown' } })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('idempotency keys', () => {
  it('replay the first answer, and only to the same request', async () => {
    const options = { idempotencyKey: 'op_1' }
    const first = await stripe.customers.create({ name: 'Ada' }, options)
    const again = await stripe.customers.create({ name: 'Ada' }, options)
    expect(again.id).toBe(first.id)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    const other = await errorOf(stripe.customers.create({ name: 'Eve' }, options))
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  it('do not keep what was refused before work began', async () => {
    const options = { idempotencyKey: 'op_2' }
    await errorOf(
      stripe.customers.create({ email: 'x', nickname: '' } as Stripe.CustomerCreateParams, options),
    )
    await expect(stripe.customers.create({ email: 'ada@example.com' }, options)).resolves.toMatchObject({
      object: 'customer',
    })
  })

  it('refuse a second request while the first is under way', async () => {
    await running.control.slow(300)
    const options = { idempotencyKey: 'op_3' }
    const calls = [stripe.customers.create({}, options), stripe.customers.create({}, options)]
    const [first, second] = await Promise.allSettled(calls)
    expect(first?.status).toBe('fulfilled')
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { statusCode: 409, code: 'idempotency_key_in_use' },
    })
  })

  it('turn a lost reply into one effect', async () => {
    await running.control.dropNextReplies(1)
    const patient = new Stripe(apiKey, {
      host: '127.0.0.1',
      port: running.server.port,
      protocol: 'http',
      maxNetworkRetries: 1,
    })
    await patient.customers.create({ name: 'Once' }, { idempotencyKey: 'op_4' })
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })
})

describe('lists', () => {
  it('page forwards and backwards, newest first', async () => {
    for (const name of 'abcde') await stripe.customers.create({ name })
    const names = (list: Stripe.ApiList<Stripe.Customer>) => list.data.map((one) => one.name).join('')
    const first = await stripe.customers.list({ limit: 2 })
    expect([names(first), first.has_more, first.url]).toEqual(['ed', true, '/v1/customers'])
    const next = await stripe.customers.list({ limit: 2, starting_after: first.data[1]!.id })
    expect(names(next)).toBe('cb')
    const back = await stripe.customers.list({ limit: 2, ending_before: next.data[0]!.id })
    expect([names(back), back.has_more]).toEqual(['ed', false])
    const all = await stripe.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
    expect(all).toHaveLength(5)
  })

  it('refuse a page of none or of a thousand', async () => {
    expect(await errorOf(stripe.customers.list({ limit: 0 }))).toMatchObject({ param: 'limit' })
    expect(await errorOf(stripe.customers.list({ limit: 1000 }))).toMatchObject({ param: 'limit' })
  })
})

describe('the catalogue', () => {
  it('takes a product id of one’s own once', async () => {
    const product = await stripe.products.create({ id: 'pro', name: 'Pro', metadata: { plan: 'pro' } })
    expect(product).toMatchObject({ id: 'pro', active: true, livemode: false })
    expect(await errorOf(stripe.products.create({ id: 'pro', name: 'Pro' }))).toMatchObject({
      code: 'resource_already_exists',
    })
  })

  it('moves a lookup key only when told to', async () => {
    const old = await aPrice(stripe, { lookup_key: 'pro-monthly' })
    expect(await errorOf(aPrice(stripe, { lookup_key: 'pro-monthly' }))).toMatchObject({
      param: 'lookup_key',
    })
    const next = await aPrice(stripe, {
      lookup_key: 'pro-monthly',
      transfer_lookup_key: true,
      unit_amount: 3900,
    })
    expect((await stripe.prices.retrieve(old.id)).lookup_key).toBeNull()
    const found = await stripe.prices.list({ lookup_keys: ['pro-monthly'], expand: ['data.product'] })
    expect(found.data).toMatchObject([
      { id: next.id, product: { name: 'Pro' }, recurring: { interval: 'month' } },
    ])
    expect(found.data[0]?.unit_amount_decimal?.toString()).toBe('3900')
  })

  it('merges metadata, and unsets by an empty value', async () => {
    const { id } = await stripe.products.create({ name: 'x', metadata: { a: '1', b: '2' } })
    expect((await stripe.products.update(id, { metadata: { a: '', c: '3' } })).metadata).toEqual({
      b: '2',
      c: '3',
    })
    expect((await stripe.products.update(id, { metadata: '' })).metadata).toEqual({})
  })
})

describe('faults and state', () => {
  it('fails the next calls with the asked code, then works', async () => {
    await running.control.failNext(2, 500)
    expect((await errorOf(stripe.account.retrieveCurrent())).statusCode).toBe(500)
    expect((await errorOf(stripe.account.retrieveCurrent())).statusCode).toBe(500)
    expect(await stripe.account.retrieveCurrent()).toMatchObject({ object: 'account' })
  })

  it('survives a restart with everything it answered', async () => {
    const customer = await aCustomer(stripe)
    await running.restart()
    expect(await stripe.customers.retrieve(customer.id)).toEqual(
      expect.objectContaining({ email: 'ada@example.com' }),
    )
  })

  it('expands ids and refuses what is none', async () => {
    const customer = await aCustomer(stripe)
    const expanded = await stripe.customers.retrieve(customer.id, {
      expand: ['invoice_settings.default_payment_method'],
    })
    expect(expanded).toMatchObject({
      invoice_settings: { default_payment_method: { card: { last4: '4242' } } },
    })
    expect(await errorOf(stripe.customers.retrieve(customer.id, { expand: ['email'] }))).toMatchObject({
      statusCode: 400,
    })
  })
})
