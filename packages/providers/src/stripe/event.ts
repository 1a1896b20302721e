import { createHash } from 'node:crypto'
import type { OddEvent, StripeEvent } from './contract.ts'

/** Ids of Stripe's: letters, digits and underscores. What looks otherwise is none, and is never asked for. */
const stripeId = /^[A-Za-z0-9_]{1,255}$/
const newest = 8_640_000_000_000

/** A reference is an id, or the whole object where it was expanded. */
export function idOf(reference: unknown): string | null {
  const id = typeof reference === 'string' ? reference : fieldsOf(reference)?.id
  return typeof id === 'string' && stripeId.test(id) ? id : null
}

/** Reads the text of a signed webhook. Total: whatever the text is, it comes back as an event or as odd, with the reason. */
export function readEvent(text: string): StripeEvent | OddEvent {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return odd(null, text, 'not JSON')
  }
  return asEvent(value, text)
}

/** Of an event only its name and whom it is about are kept: its picture of the object may be old. */
export function asEvent(value: unknown, text: string): StripeEvent | OddEvent {
  const event = fieldsOf(value)
  if (!event) return odd(null, text, 'not an object')
  const id = idOf(event.id)
  if (id === null) return odd(null, text, 'without an id of Stripe’s')
  const { type, created, livemode: live, account = null, api_version: apiVersion, data } = event
  if (typeof type !== 'string' || type === '') return odd(id, text, 'without a type')
  if (typeof created !== 'number' || !(created >= 0 && created <= newest)) {
    return odd(id, text, 'without the time at which it happened')
  }
  if (typeof live !== 'boolean') return odd(id, text, 'without saying whether it is live')
  if (account !== null && typeof account !== 'string') return odd(id, text, 'of an account without a name')
  const about = fieldsOf(fieldsOf(data)?.object)
  if (!about) return odd(id, text, 'about no object')
  return {
    id,
    type,
    createdAt: new Date(created * 1_000),
    live,
    accountId: account,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : null,
    objectId: idOf(about),
    customerId: idOf(about.object === 'customer' ? about : about.customer),
  }
}

const odd = (id: string | null, text: string, reason: string): OddEvent => ({
  id: id ?? `odd_${createHash('sha256').update(text).digest('hex')}`,
  odd: reason,
})

/** The fields of an object; null for anything else, arrays included. */
const fieldsOf = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
