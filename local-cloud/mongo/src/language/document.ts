import type {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'

/**
 * A document: ordered, and unlike a plain object it keeps integer-like names where they were put.
 * A plain JavaScript number is a BSON double; the other number types are their bson classes.
 */
export type Doc = Map<string, Value>
export type Value =
  | null
  | boolean
  | string
  | number
  | Int32
  | Long
  | Date
  | ObjectId
  | Binary
  | BSONRegExp
  | Timestamp
  | Decimal128
  | MinKey
  | MaxKey
  | Code
  | Value[]
  | Doc
