import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * A fresh id with Stripe's prefix. Random on purpose: receivers dedupe events by id, so ids must not come
 * back after `reset()` or `--fresh`.
 */
export function newId(prefix: string, length = 24): string {
  return `${prefix}_${letters(length)}`
}

/** Random letters and digits, as in ids and secrets. */
export function letters(length: number): string {
  let text = ''
  for (const byte of randomBytes(length)) text += alphabet[byte % alphabet.length]
  return text
}
