import { createHash } from 'node:crypto'
import { decode, encode } from './language/codec.ts'
import { MongoError } from './language/error.ts'
import { Binary, type Doc, Long, long, type Value } from './language/value.ts'
import type { Store } from './storage/store.ts'
import { Transaction } from './transaction.ts'

export const sessionTimeoutMinutes = 30
/** Without authentication every session is of the same user, the one without a name. */
export const nobody = new Binary(createHash('sha256').digest())
const transactionLifetimeMs = 60_000

/** A logical session: its open transaction, and what its last retryable write or transaction came to. */
export interface Session {
  readonly id: string
  usedAt: number
  /** The highest transaction number seen; lower ones are too old. */
  number: bigint
  transaction: Transaction | undefined
  /** Results by statement id of the retryable write `number`, to be answered again when it is sent again. */
  statements: Map<number, Doc>
  /** Whether `number` was a transaction that committed, so that a repeated commit succeeds even after a restart. */
  committed: boolean
  /** Settles when the statement that has the session now is done; they take turns. */
  turn: Promise<void> | undefined
}

/** The table of sessions. What a retry needs is durable together with the write itself. */
export class Sessions {
  readonly #store: Store
  readonly #sessions = new Map<string, Session>()
  /** Sessions to be saved with the commit of this turn. */
  readonly #changed = new Set<Session>()

  constructor(store: Store) {
    this.#store = store
    for (const { id, bson } of store.disk.sessions()) {
      const entry = decode(bson)
      const session = this.#add(Buffer.from(id).toString('latin1'))
      session.number = (entry.get('number') as Long).toBigInt()
      session.committed = entry.get('committed') === true
      for (const group of entry.get('results') as Doc[]) {
        const bytes = Uint8Array.from((group.get('statements') as Binary).value())
        for (const id of new Int32Array(bytes.buffer)) session.statements.set(id, group.get('result') as Doc)
      }
    }
    store.disk.beforeCommit = () => this.#saveChanged()
  }

  get count(): number {
    return this.#sessions.size
  }

  /** The session that an lsid names; it exists from its first use. */
  use(lsid: Doc): Session {
    const id = lsid.get('id')
    if (!(id instanceof Binary) || id.sub_type !== Binary.SUBTYPE_UUID || id.length() !== 16) {
      throw new MongoError(14, "BSON field 'lsid.id' must be a UUID")
    }
    const { buffer, byteOffset } = id.buffer
    const key = Buffer.from(buffer, byteOffset, 16).toString('latin1')
    const session = this.#sessions.get(key) ?? this.#add(key)
    session.usedAt = Date.now()
    return session
  }

  /** The sessions there are: each one's id, and when it was last used in milliseconds since the epoch. */
  *uses(): Generator<[Binary, number]> {
    for (const { id, usedAt } of this.#sessions.values()) {
      yield [new Binary(Buffer.from(id, 'latin1'), Binary.SUBTYPE_UUID), usedAt]
    }
  }

  /** Opens a transaction in a session, ending the one before it. */
  begin(session: Session, number: bigint): Transaction {
    this.#refuseOld(session, number)
    if (
      number === session.number &&
      (session.transaction || session.committed || session.statements.size > 0)
    ) {
      throw new MongoError(
        117,
        `Cannot start transaction ${number} because a transaction or retryable write with that number is already known`,
      )
    }
    this.#advance(session, number)
    const transaction = new Transaction(session.id, number, this.#store.clock)
    session.transaction = transaction
    this.#store.begin(transaction)
    return transaction
  }

  /** The open transaction a statement continues. Throws TransactionTooOld, NoSuchTransaction or TransactionCommitted. */
  resume(session: Session, number: bigint): Transaction {
    this.#refuseOld(session, number)
    if (number === session.number && (session.committed || session.transaction?.state === 'committed')) {
      throw new MongoError(256, `Transaction with { txnNumber: ${number} } has been committed.`)
    }
    if (number > session.number || !session.transaction) {
      throw new MongoError(
        251,
        `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${session.number}`,
      )
    }
    if (session.transaction.state === 'aborted') {
      throw new MongoError(251, `Transaction with { txnNumber: ${number} } has been aborted.`)
    }
    return session.transaction
  }

  /** Makes a transaction's writes visible and durable; committing again what was committed is no error. */
  commit(session: Session, number: bigint): void {
    if (number === session.number && session.committed) return
    const transaction = this.resume(session, number)
    session.committed = true
    if (transaction.writes.size > 0 || transaction.created.length > 0) this.#changed.add(session)
    this.#store.commit(transaction)
  }

  abort(transaction: Transaction): void {
    if (transaction.state === 'open') this.#store.abort(transaction)
  }

  /** Enters a retryable write: a new number forgets the results of the one before. */
  enterRetryable(session: Session, number: bigint): void {
    this.#refuseOld(session, number)
    if (number > session.number) this.#advance(session, number)
    else if (session.transaction || session.committed) {
      throw new MongoError(
        225,
        `Transaction number ${number} was already used by a transaction in this session`,
      )
    }
  }

  /** Keeps a retryable statement's result, durably with the write that it tells of. */
  record(session: Session, statement: number, result: Doc): void {
    session.statements.set(statement, result)
    this.#changed.add(session)
  }

  end(lsids: Doc[]): void {
    for (const lsid of lsids) this.#forget(this.use(lsid))
  }

  killAll(): void {
    for (const session of this.#sessions.values()) this.#forget(session)
  }

  /** Ends what was left behind: idle sessions, and transactions open for too long. */
  expire(now: number): void {
    for (const session of this.#sessions.values()) {
      const { transaction } = session
      if (transaction && now - transaction.startedAt > transactionLifetimeMs) this.abort(transaction)
      if (now - session.usedAt > sessionTimeoutMinutes * 60_000) this.#forget(session)
    }
  }

  /** Aborts every open transaction, as a stopping server does. */
  abortAll(): void {
    for (const { transaction } of this.#sessions.values()) if (transaction) this.abort(transaction)
  }

  #add(id: string): Session {
    const session: Session = {
      id,
      usedAt: Date.now(),
      number: -1n,
      transaction: undefined,
      statements: new Map(),
      committed: false,
      turn: undefined,
    }
    this.#sessions.set(id, session)
    return session
  }

  #refuseOld(session: Session, number: bigint): void {
    if (number >= session.number) return
    throw new MongoError(
      225,
      `Cannot start transaction ${number} on session because a newer transaction ${session.number} has already started`,
    )
  }

  #advance(session: Session, number: bigint): void {
    if (session.transaction) this.abort(session.transaction)
    session.transaction = undefined
    session.number = number
    session.committed = false
    session.statements.clear()
  }

  #forget(session: Session): void {
    if (session.transaction) this.abort(session.transaction)
    this.#sessions.delete(session.id)
    this.#changed.delete(session)
    if (session.statements.size > 0 || session.committed) this.#store.disk.removeSession(session.id)
  }

  #saveChanged(): void {
    for (const session of this.#changed) {
      const entry = new Map<string, Value>([
        ['number', long(session.number)],
        ['committed', session.committed],
        ['results', grouped(session.statements)],
      ])
      this.#store.disk.putSession(session.id, encode(entry))
    }
    this.#changed.clear()
  }
}

/** A large insert has thousands of statements with one and the same result: they are kept together. */
function grouped(statements: Map<number, Doc>): Doc[] {
  const groups = new Map<Doc, number[]>()
  for (const [id, result] of statements) {
    const ids = groups.get(result)
    if (ids) ids.push(id)
    else groups.set(result, [id])
  }
  return [...groups].map(
    ([result, ids]): Doc =>
      new Map<string, Value>([
        ['statements', new Binary(new Uint8Array(Int32Array.from(ids).buffer))],
        ['result', result],
      ]),
  )
}

/** The transaction number as drivers send it: a non-negative long. */
export function transactionNumber(value: Value | undefined): bigint | undefined {
  if (value === undefined) return undefined
  if (!(value instanceof Long)) throw new MongoError(14, "BSON field 'txnNumber' must be of type long")
  const number = value.toBigInt()
  if (number < 0n) throw new MongoError(72, `Transaction number cannot be negative, found ${number}`)
  return number
}
