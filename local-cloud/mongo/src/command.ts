import type { Batch } from './cursors.ts'
import type { Engine } from './engine.ts'
import { MongoError, notHere } from './language/error.ts'
import {
  type Doc,
  isDoc,
  isNumeric,
  type Timestamp,
  toDouble,
  typeNameOf,
  type Value,
} from './language/value.ts'
import type { Moment } from './moments.ts'
import type { Session } from './sessions.ts'
import { Blocked, type Snapshot, type Writer } from './storage/writer.ts'
import type { Transaction } from './transaction.ts'

export type FieldType =
  | 'object'
  | 'array'
  | 'objects'
  | 'string'
  | 'number'
  | 'bool'
  | 'any'
  | 'hint'
  | 'pipelineOrObject'
  /** What a real server takes and this one does not hold. */
  | 'absent'

export type ReadLevel = 'available' | 'majority' | 'linearizable' | 'snapshot'
export const readLevels: readonly ReadLevel[] = ['available', 'majority', 'linearizable', 'snapshot']

/** One command: the fields it takes, where it may stand, and what it does. */
export interface Command {
  /** Fields beside the command's own name and the generic ones; a trailing `!` marks those that must be given. */
  fields: Record<string, FieldType | `${FieldType}!`>
  /** What the command's own field must be; a collection's name for most. */
  subject?: 'collection' | 'any'
  /** May run inside a multi-document transaction. */
  transactional?: boolean
  /** Takes a transaction number outside transactions, so that a repeated attempt does not repeat its effect. */
  retryable?: boolean
  /** Read concerns beside `local` that it takes outside transactions. */
  reads?: readonly ReadLevel[]
  adminOnly?: boolean
  /** Fields that are not known are let pass, as MongoDB does in the handshake only. */
  lenient?: boolean
  run(call: Call): Reply | Promise<Reply>
}

export type Reply = Doc | CursorReply

/** A reply whose documents are sent as they are stored, without decoding them first. */
export interface CursorReply {
  batchName: 'firstBatch' | 'nextBatch'
  batch: Batch
  namespace: string
  /** The moment of a snapshot read. */
  atClusterTime?: Timestamp | undefined
  /** Fields beside the cursor. */
  extra?: Doc
}

/** One command being carried out. */
export class Call {
  readonly engine: Engine
  readonly name: string
  readonly body: Doc
  readonly db: string
  session: Session | undefined
  transaction: Transaction | undefined
  /** The moment that a read outside transactions asked for. */
  moment: Moment | undefined
  /** The number of a retryable write. */
  retryNumber: bigint | undefined
  /** Milliseconds since the epoch after which the command gives up. */
  deadline = Number.POSITIVE_INFINITY
  /** Statements of a retryable write that were answered from the first attempt. */
  readonly retried: number[] = []
  /** Whether it opens or reads a change stream, whose errors tell the driver whether to resume it. */
  changeStream = false
  /** A fail point wants the connection cut instead of an answer. */
  cut = false

  constructor(engine: Engine, name: string, body: Doc, db: string) {
    this.engine = engine
    this.name = name
    this.body = body
    this.db = db
  }

  get<T extends Value>(field: string): T | undefined {
    const value = this.body.get(field)
    return value === null ? undefined : (value as T | undefined)
  }

  /** The size that a command's `cursor` asks its batches to have. */
  get cursorBatchSize(): number | undefined {
    const cursor = this.get<Doc>('cursor')
    if (!cursor) return undefined
    checkFields(`${this.name}.cursor`, cursor, { batchSize: 'number' })
    const size = cursor.get('batchSize') ?? undefined
    return size === undefined ? undefined : natural('cursor.batchSize', size)
  }

  /** A whole number that is not negative. */
  count(field: string, fallback = 0): number {
    const value = this.get(field)
    return value === undefined ? fallback : natural(field, value)
  }

  /** What decides which versions of documents are seen; undefined for the newest that are committed. */
  get reader(): Snapshot | undefined {
    return this.transaction ?? this.moment?.snapshot
  }

  flag(field: string): boolean {
    return truthy(this.get(field))
  }

  /** The collection that the command's own field names. */
  get collectionName(): string {
    return this.body.get(this.name) as string
  }

  checkTime(): void {
    if (Date.now() > this.deadline) throw new MongoError(50, 'operation exceeded time limit')
  }

  /** Makes an attempt, and again after each transaction that stood in its way has ended. */
  async patiently<T>(attempt: () => T): Promise<T> {
    for (;;) {
      try {
        return attempt()
      } catch (error) {
        if (!(error instanceof Blocked)) throw error
        await this.outwait(error.by)
      }
    }
  }

  async outwait(transaction: Writer): Promise<void> {
    const left = this.deadline - Date.now()
    if (left === Number.POSITIVE_INFINITY) return transaction.ended
    const timer = Promise.withResolvers<void>()
    const timeout = setTimeout(timer.resolve, Math.max(0, left))
    await Promise.race([transaction.ended, timer.promise])
    clearTimeout(timeout)
    this.checkTime()
  }
}

function natural(field: string, value: Value): number {
  const number = isNumeric(value) ? Math.trunc(toDouble(value)) : Number.NaN
  if (number >= 0) return number
  throw new MongoError(51024, `BSON field '${field}' value must be >= 0, actual value '${number}'`)
}

export const truthy = (value: Value | undefined): boolean =>
  value === true || (isNumeric(value) && toDouble(value) !== 0)

const expected: Record<FieldType, string> = {
  object: "'object'",
  array: "'array'",
  objects: "'array'",
  string: "'string'",
  number: "types '[long, int, decimal, double]'",
  bool: "types '[bool, long, int, decimal, double]'",
  any: '',
  hint: "types '[string, object]'",
  pipelineOrObject: "types '[array, object]'",
  absent: '',
}

function fits(type: FieldType, value: Value): boolean {
  switch (type) {
    case 'any':
    case 'absent':
      return true
    case 'object':
      return value instanceof Map
    case 'array':
    case 'objects':
      return Array.isArray(value)
    case 'string':
      return typeof value === 'string'
    case 'number':
      return isNumeric(value)
    case 'bool':
      return typeof value === 'boolean' || isNumeric(value)
    case 'hint':
      return typeof value === 'string' || value instanceof Map
    case 'pipelineOrObject':
      return Array.isArray(value) || value instanceof Map
  }
}

/**
 * Checks the fields of a command or of one of its parts as MongoDB's IDL does: 40415 for an unknown field,
 * 40414 for a missing one, 14 for a wrong type. A null stands for a field that is not given. With the generic fields,
 * a whole command is meant, whose first field is its own name.
 */
export function checkFields(
  where: string,
  body: Doc,
  fields: Command['fields'],
  generic?: Record<string, FieldType>,
): void {
  for (const [name, value] of body) {
    const type = typeOf(name, fields) ?? (generic && (name === where ? 'any' : typeOf(name, generic)))
    if (type === undefined) throw new MongoError(40415, `BSON field '${where}.${name}' is an unknown field.`)
    const plain = (type.endsWith('!') ? type.slice(0, -1) : type) as FieldType
    if (value === null && !type.endsWith('!')) continue
    if (plain === 'absent' && value !== false) throw notHere(`the field ${where}.${name}`)
    if (plain === 'objects' && Array.isArray(value)) {
      const wrong = value.findIndex((element) => !isDoc(element))
      if (wrong !== -1) throw notAnObject(`${where}.${name}.${wrong}`, value[wrong]!)
    }
    if (fits(plain, value)) continue
    if (plain === 'hint') throw new MongoError(9, 'Hint must be a string or an object')
    const actual = `is the wrong type '${typeNameOf(value)}', expected ${expected[plain].startsWith('types') ? '' : 'type '}`
    throw new MongoError(14, `BSON field '${where}.${name}' ${actual}${expected[plain]}`)
  }
  for (const name of requiredOf(fields)) {
    if (!body.has(name)) {
      throw new MongoError(40414, `BSON field '${where}.${name}' is missing but a required field`)
    }
  }
}

export function notAnObject(where: string, value: Value): MongoError {
  return new MongoError(
    14,
    `BSON field '${where}' is the wrong type '${typeNameOf(value)}', expected type 'object'`,
  )
}

const typeOf = (name: string, fields: Command['fields']) =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

const required = new WeakMap<Command['fields'], string[]>()

/** The fields that must be given; found once for each command. */
function requiredOf(fields: Command['fields']): string[] {
  const known = required.get(fields)
  if (known) return known
  const names = Object.keys(fields).filter((name) => fields[name]!.endsWith('!'))
  required.set(fields, names)
  return names
}
