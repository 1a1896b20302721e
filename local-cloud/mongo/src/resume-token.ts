import { failedToParse, MongoError } from './language/error.ts'
import { printValue } from './language/print.ts'
import { type Doc, isDoc, Timestamp, type Value } from './language/value.ts'

const kinds = ['event', 'invalidate', 'highWater'] as const

/** A place in the change log: at an event, at the invalidation that follows one, or after all that was there. */
export interface Position {
  kind: (typeof kinds)[number]
  time: Timestamp
  sequence: number
  /** The log's own id. */
  log: string
}

/** A position as clients keep it; tokens of one log compare as their texts do. */
export function tokenOf({ kind, time, sequence, log }: Position): Doc {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const place = hex(time.t, 8) + hex(time.i, 8) + hex(sequence, 12) + hex(kinds.indexOf(kind), 2)
  return new Map([['_data', `82${place.toUpperCase()}${log}`]])
}

/** Reads a token. Throws 40647, FailedToParse (9) and InvalidResumeToken (260). */
export function positionOf(token: Value): Position {
  const data = isDoc(token) ? token.get('_data') : undefined
  if (typeof data !== 'string') {
    throw new MongoError(40647, `Bad resume token: _data of missing or of wrong type${printValue(token)}`)
  }
  if (!/^([0-9a-f]{2})+$/i.test(data)) {
    throw failedToParse(`resume token string was not a valid hex string: ${data}`)
  }
  const parts = /^82(.{8})(.{8})(.{12})0([0-2])(.{16})$/.exec(data.toUpperCase())
  if (!parts) throw new MongoError(260, `this server did not make the resume token ${data}`)
  const [t, i, sequence, kind] = parts.slice(1, 5).map((part) => Number.parseInt(part, 16))
  const time = new Timestamp({ t: t!, i: i! })
  return { kind: kinds[kind!]!, time, sequence: sequence!, log: parts[5]! }
}
