import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvent } from './event.ts'

const whole = {
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_790_000_000,
  data: { object: { id: 'sub_1', object: 'subscription', customer: 'cus_1' } },
  livemode: false,
  type: 'customer.subscription.updated',
}

describe('a signed event', () => {
  test.each<[string, unknown, RegExp]>([
    ['null', null, /not an object/],
    ['a number', 7, /not an object/],
    ['a list', [whole], /not an object/],
    ['without an id', { ...whole, id: undefined }, /without an id/],
    ['with an id that is none', { ...whole, id: '../v1/customers' }, /without an id/],
    ['without a type', { ...whole, type: 7 }, /without a type/],
    ['without a time', { ...whole, created: undefined }, /the time/],
    ['with a time beyond all calendars', { ...whole, created: 1e300 }, /the time/],
    ['with a time as text', { ...whole, created: '1790000000' }, /the time/],
    ['that does not say whether it is live', { ...whole, livemode: 'no' }, /live/],
    ['of an account that is a list', { ...whole, account: [] }, /account/],
    ['without data', { ...whole, data: undefined }, /about no object/],
    ['without an object', { ...whole, data: {} }, /about no object/],
    ['about a list', { ...whole, data: { object: [] } }, /about no object/],
    ['about a text', { ...whole, data: { object: 'sub_1' } }, /about no object/],
  ])('%s is odd, with the reason', (_what, value, reason) => {
    expect(readEvent(JSON.stringify(value))).toMatchObject({ odd: expect.stringMatching(reason) })
  })

  test('that is not JSON is odd; each text has an id of its own, always the same', () => {
    expect(readEvent('{')).toEqual(readEvent('{'))
    expect(readEvent('{')).toMatchObject({ id: expect.stringMatching(/^odd_[0-9a-f]{64}$/), odd: 'not JSON' })
    expect(readEvent('{')).not.toEqual(readEvent('{ '))
  })

  test('nested half a million times over is read without a crash', () => {
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    expect(readEvent(deep)).toMatchObject({ odd: 'not an object' })
    const inside = JSON.stringify(whole).replace('"sub_1"', deep)
    expect(readEvent(inside)).toMatchObject({ id: 'evt_1', objectId: null, customerId: 'cus_1' })
  })

  test('about something whose ids are none of Stripe’s is about nothing', () => {
    for (const id of ['', ' ', 'sub/../1', 'x'.repeat(256), 7, null, {}, ['sub_1']]) {
      const object = { id, object: 'subscription', customer: id }
      expect(readEvent(JSON.stringify({ ...whole, data: { object } }))).toMatchObject({
        objectId: null,
        customerId: null,
      })
    }
  })

  test('of any shape is either an event in our words or odd, and always has an id', () => {
    const broken = fc
      .tuple(fc.constantFrom(...Object.keys(whole)), fc.jsonValue())
      .map(([field, value]) => ({ ...whole, [field]: value }))
    const about = fc.jsonValue().map((object) => ({ ...whole, data: { object } }))
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.oneof(fc.jsonValue(), broken, about).map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(text, (body) => {
        const event = readEvent(body)
        expect(event.id).toMatch(/^\w{1,255}$/)
        if ('odd' in event) expect(event.odd).not.toBe('')
        else {
          expect(event.type).not.toBe('')
          expect(event.createdAt.getTime()).not.toBeNaN()
          for (const id of [event.objectId, event.customerId]) expect(id ?? 'none').toMatch(/^\w{1,255}$/)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('in Stripe’s own shape is read', () => {
    expect(readEvent(JSON.stringify(whole))).toEqual({
      id: 'evt_1',
      type: 'customer.subscription.updated',
      createdAt: new Date(1_790_000_000_000),
      live: false,
      accountId: null,
      apiVersion: '2026-10-28.endive',
      objectId: 'sub_1',
      customerId: 'cus_1',
    })
  })
})
