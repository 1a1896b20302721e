import { z } from 'zod'

/**
 * A TypeID: prefix, underscore and a UUIDv7 in Crockford base32, so ids sort by the time they were made.
 * https://github.com/jetify-com/typeid/tree/main/spec
 */
export const typeId = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `Not an id of this kind (${prefix}_…)`)
    .meta({ example: `${prefix}_01h455vb4pex5vsknk084sn02q` })
