import { z } from 'zod'

/** Every kind of thing that has an id of its own, and the prefix its ids carry. */
export const idPrefixes = {
  tenant: 'ten',
  user: 'usr',
  session: 'ses',
  accountRequest: 'arq',
  member: 'mem',
  invitation: 'inv',
  apiKey: 'key',
  file: 'fil',
  billingInvoice: 'bin',
  mail: 'mai',
  event: 'evt',
  auditEntry: 'aud',
  checkout: 'chk',
} as const

export type IdKind = keyof typeof idPrefixes

/**
 * A TypeID: prefix, underscore and a UUIDv7 in Crockford base32, so ids sort by the time they were made.
 * https://github.com/jetify-com/typeid/tree/main/spec
 */
export const id = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
      `Not an id of this kind (${idPrefixes[kind]}_…)`,
    )
    .meta({ example: `${idPrefixes[kind]}_01h455vb4pex5vsknk084sn02q` })
