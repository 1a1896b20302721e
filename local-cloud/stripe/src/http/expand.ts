import type { Cloud } from '../cloud.ts'
import type { Kind } from '../store.ts'
import { refuse } from './errors.ts'

const kindOfPrefix: Record<string, Kind> = {
  cus: 'customer',
  sub: 'subscription',
  in: 'invoice',
  ii: 'invoiceitem',
  inpay: 'invoice_payment',
  pi: 'payment_intent',
  seti: 'setup_intent',
  pm: 'payment_method',
  ch: 'charge',
  price: 'price',
  re: 'refund',
  du: 'dispute',
  cn: 'credit_note',
  promo: 'promotion_code',
  di: 'discount',
  cs: 'checkout.session',
  clock: 'test_helpers.test_clock',
  evt: 'event',
}

type Json = { [name: string]: unknown }
/** Lists that Stripe leaves out of an object unless they are asked for. */
export type Includables = Partial<Record<string, Record<string, (cloud: Cloud, object: never) => unknown>>>

const depth = 4

/** Replaces ids by their objects where `expand` asks for it; see https://docs.stripe.com/api/expanding_objects. */
export function expand(cloud: Cloud, object: object, paths: string[], includables: Includables): object {
  if (paths.length === 0) return object
  const copy = structuredClone(object) as Json
  for (const path of paths) {
    const steps = path.split('.')
    if (steps.length > depth) {
      throw refuse(`You cannot expand more than ${depth} levels of a property. Property: ${path}`, {
        param: 'expand',
      })
    }
    walk(cloud, copy, steps, path, includables)
  }
  return copy
}

function walk(cloud: Cloud, at: Json, steps: string[], path: string, includables: Includables): void {
  const [step, ...rest] = steps
  if (step === undefined) return
  const include = includables[String(at.object)]?.[step]
  if (include && at[step] === undefined) at[step] = include(cloud, at as never)
  if (!(step in at)) throw notExpandable(path)
  const value = at[step]
  if (Array.isArray(value)) {
    at[step] = value.map((one) => opened(cloud, one, step, rest, path, includables))
  } else if (value !== null && value !== undefined) {
    at[step] = opened(cloud, value, step, rest, path, includables)
  }
}

function opened(
  cloud: Cloud,
  value: unknown,
  field: string,
  rest: string[],
  path: string,
  includables: Includables,
): unknown {
  const object = typeof value === 'string' ? lookUp(cloud, value, field) : value
  if (typeof object !== 'object' || object === null) throw notExpandable(path)
  if ('deleted' in object && object.deleted) return object
  walk(cloud, object as Json, rest, path, includables)
  return object
}

function lookUp(cloud: Cloud, id: string, field: string): object | undefined {
  const kind = field === 'product' || field === 'coupon' ? field : kindOfPrefix[id.split('_', 1)[0]!]
  return kind && (cloud.store.get(kind, id) ?? cloud.store.tombstone(kind, id))
}

const notExpandable = (path: string) =>
  refuse(`This property cannot be expanded (${path}).`, { param: 'expand' })
