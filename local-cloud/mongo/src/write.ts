import { type Call, type Command, checkFields, notAnObject } from './command.ts'
import { MongoError } from './language/error.ts'
import { type Doc, int, isDoc, type Value } from './language/value.ts'
import type { Collection } from './storage/collection.ts'
import { Blocked, writeConflict } from './storage/writer.ts'

const mostWrites = 100_000

/** The collection to write to, created when it is not there. Throws Blocked while a transaction is creating it. */
export function collectionToWrite(call: Call, name: string): Collection {
  const { store } = call.engine
  const existing = store.collection(call.db, name, call.transaction)
  if (existing) return existing
  const coming = store.beingCreated(call.db, name)
  if (coming) throw call.transaction ? writeConflict() : new Blocked(coming.creator!)
  if (name.startsWith('system.')) {
    throw new MongoError(
      73,
      `cannot write to '${call.db}.${name}': names that begin with 'system.' are reserved`,
    )
  }
  return store.create(call.db, name, new Map(), call.transaction)
}

/** Does a statement, or answers a repeated one with what it came to the first time. */
export async function once(call: Call, statement: number, run: () => Promise<Doc>): Promise<Doc> {
  if (call.retryNumber === undefined) return run()
  const session = call.session!
  const before = session.statements.get(statement)
  if (before) {
    call.retried.push(statement)
    return before
  }
  call.engine.faults.meetWrite(call)
  const result = await run()
  // Still in the turn of the write itself: both become durable in one commit, or neither does.
  call.engine.sessions.record(session, statement, result)
  return result
}

export function checkBatch(size: number): void {
  if (size > 0 && size <= mostWrites) return
  throw new MongoError(16, `Write batch sizes must be between 1 and ${mostWrites}. Got ${size} operations.`)
}

/** Whether an error is not one statement's failure but the whole command's: a conflict, a time limit, a misused session. */
export const endsCommand = (error: unknown): boolean =>
  !(error instanceof MongoError) || [50, 72, 112].includes(error.code)

/** The documents in a field of a write command, all of them in order: one wrong field and nothing is done. */
export function statementsOf(call: Call, field: string, fields?: Command['fields']): Doc[] {
  return call.get<Value[]>(field)!.map((statement, index) => {
    const where = `${call.name}.${field}`
    if (!isDoc(statement)) throw notAnObject(`${where}.${index}`, statement)
    if (fields) checkFields(where, statement, fields)
    return statement
  })
}

/** Runs the statements of a write command and gathers what failed, stopping there when they are ordered. */
export async function writeAll<Statement>(
  call: Call,
  statements: Statement[],
  run: (statement: Statement, index: number) => Promise<Doc>,
  gather: (result: Doc, index: number) => void,
): Promise<Doc> {
  checkBatch(statements.length)
  const ordered = call.get('ordered') === undefined || call.flag('ordered')
  const errors: Doc[] = []
  for (const [index, statement] of statements.entries()) {
    try {
      gather(await once(call, index, () => run(statement, index)), index)
    } catch (error) {
      if (endsCommand(error)) throw error
      errors.push(writeError(error as MongoError, index))
      if (ordered || call.transaction) break
    }
  }
  const reply: Doc = new Map()
  if (errors.length > 0) reply.set('writeErrors', errors)
  if (call.retried.length > 0) reply.set('retriedStmtIds', call.retried.map(int))
  return reply
}

function writeError(error: MongoError, index: number): Doc {
  return new Map<string, Value>([
    ['index', int(index)],
    ['code', int(error.code)],
    ...(error.extra ?? []),
    ['errmsg', error.message],
  ])
}
