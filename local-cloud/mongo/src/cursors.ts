import { randomInt } from 'node:crypto'
import { Following } from './following.ts'
import { MongoError } from './language/error.ts'
import type { Doc } from './language/value.ts'
import type { Session } from './sessions.ts'
import type { Stored } from './storage/record.ts'
import type { Transaction } from './transaction.ts'

const timeoutMs = 600_000
/** A reply stays below a document's size limit, plus one document. */
const mostBatchBytes = 16 * 1024 * 1024
const firstBatchDocuments = 101

/** The rest of a result. */
export interface Cursor {
  id: bigint
  readonly namespace: string
  readonly rest: Iterator<Stored>
  readonly session: Session | undefined
  readonly transaction: Transaction | undefined
  readonly keptOpen: boolean
  usedAt: number
  /** Already taken from `rest`, but too large for the batch before. */
  next: Stored | undefined
  /** After the last document that was handed out. */
  resumeToken: Doc | undefined
}

export interface Batch {
  documents: Stored[]
  /** Zero when the result is exhausted. */
  cursorId: bigint
  /** From where a change stream can be followed later. */
  resumeToken: Doc | undefined
}

/** Who opens a cursor or asks for more of it. */
interface User {
  readonly session: Session | undefined
  readonly transaction: Transaction | undefined
}

interface Opening extends User {
  namespace: string
  results: Iterator<Stored>
  batchSize: number | undefined
  single?: boolean
  keptOpen?: boolean
}

/** Results that clients fetch in batches; a cursor that nobody asked for in ten minutes is closed. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()

  get count(): number {
    return this.#open.size
  }

  /** Takes the first batch, and keeps the rest unless it is empty or not wanted. */
  open(opening: Opening): Batch {
    const { namespace, results, session, transaction } = opening
    const cursor: Cursor = {
      id: 0n,
      namespace,
      rest: results,
      session,
      transaction,
      keptOpen: opening.keptOpen === true,
      usedAt: Date.now(),
      next: undefined,
      resumeToken: results instanceof Following ? results.resumeToken : undefined,
    }
    const documents = take(cursor, opening.batchSize ?? firstBatchDocuments)
    if (opening.single || !goesOn(cursor)) return batchOf(cursor, documents, 0n)
    cursor.id = BigInt(randomInt(1, 2 ** 47)) * 65_536n + BigInt(randomInt(65_536))
    this.#open.set(cursor.id, cursor)
    return batchOf(cursor, documents, cursor.id)
  }

  /** An open cursor. Throws CursorNotFound (43), Unauthorized (13) for another collection's cursor, and 50736 to 50741. */
  find(id: bigint, namespace: string, by: User): Cursor {
    const cursor = this.#open.get(id)
    const over = cursor?.transaction !== undefined && cursor.transaction.state !== 'open'
    if (over) this.#open.delete(id)
    if (!cursor || over) throw new MongoError(43, `cursor id ${id} not found`)
    if (cursor.namespace !== namespace) {
      throw new MongoError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      )
    }
    refuseOthers(cursor, by)
    return cursor
  }

  /** The next batch. Throws as `find` does, and what the results throw. */
  more(id: bigint, namespace: string, batchSize: number | undefined, by: User): Batch {
    const cursor = this.find(id, namespace, by)
    cursor.usedAt = Date.now()
    try {
      const documents = take(cursor, batchSize || Number.POSITIVE_INFINITY)
      const open = goesOn(cursor)
      if (!open) this.#open.delete(id)
      return batchOf(cursor, documents, open ? id : 0n)
    } catch (error) {
      this.#open.delete(id)
      throw error
    }
  }

  kill(id: bigint, namespace: string): boolean {
    return this.#open.get(id)?.namespace === namespace && this.#open.delete(id)
  }

  /** Closes what a session or transaction leaves behind. */
  killOf(owner: Session | Transaction): void {
    for (const cursor of this.#open.values()) {
      if (cursor.session === owner || cursor.transaction === owner) this.#open.delete(cursor.id)
    }
  }

  expire(now: number): void {
    for (const cursor of this.#open.values()) {
      if (!cursor.keptOpen && now - cursor.usedAt > timeoutMs) this.#open.delete(cursor.id)
    }
  }

  clear(): void {
    this.#open.clear()
  }
}

/** A cursor belongs to its session and to its transaction. */
function refuseOthers({ id, session, transaction }: Cursor, by: User): void {
  const refuse = (code: number, why: string): never => {
    throw new MongoError(code, `Cannot run getMore on cursor ${id}, which was ${why}`)
  }
  if (!session && by.session) refuse(50736, 'not created in a session, in a session')
  if (session && !by.session) refuse(50737, 'created in a session, without an lsid')
  if (session !== by.session) refuse(50738, 'created in another session')
  if (!transaction && by.transaction) refuse(50739, 'not created in a transaction, in a transaction')
  if (transaction && !by.transaction) refuse(50740, 'created in a transaction, without a txnNumber')
  if (transaction !== by.transaction) refuse(50741, 'created in another transaction')
}

const goesOn = ({ next, rest }: Cursor): boolean =>
  next !== undefined || (rest instanceof Following && !rest.over)

const batchOf = ({ resumeToken }: Cursor, documents: Stored[], cursorId: bigint): Batch => ({
  documents,
  cursorId,
  resumeToken,
})

/** Fills a batch, looking one document ahead so that an exhausted cursor is known as such. */
function take(cursor: Cursor, most: number): Stored[] {
  const documents: Stored[] = []
  const following = cursor.rest instanceof Following ? cursor.rest : undefined
  let bytes = 0
  for (;;) {
    if (cursor.next === undefined) {
      if (following && documents.length >= most) return documents
      const { done, value } = cursor.rest.next()
      if (done) {
        cursor.resumeToken = following?.resumeToken
        return documents
      }
      cursor.next = value
    }
    bytes += cursor.next.length
    if (documents.length >= most || (documents.length > 0 && bytes > mostBatchBytes)) return documents
    documents.push(cursor.next)
    cursor.next = undefined
    cursor.resumeToken = following?.resumeToken
  }
}
