import type Stripe from 'stripe'

type Decimal = NonNullable<Stripe.Price['unit_amount_decimal']>

/**
 * The SDK's type of an object as it stands in our store and on the wire: links to other objects are their
 * ids, decimals are strings.
 */
export type Stored<T> = T extends Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends Stripe.ApiList<infer U>
      ? { object: 'list'; data: Field<U>[]; has_more: boolean; url: string }
      : T extends (infer U)[]
        ? Field<U>[]
        : { [K in keyof T]: Field<T[K]> }

type Field<T> = string extends T ? Extract<T, string | null | undefined> : Stored<T>

/** The SDK's type of parameters as a route receives them once read: decimals are strings, nothing is null. */
export type Sent<T> = T extends Decimal
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends (infer U)[]
      ? Sent<U>[]
      : { [K in keyof T]: Exclude<Sent<T[K]>, null> }
