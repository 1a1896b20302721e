import { type Call, type Command, truthy } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { collationOf, find, type Query, stillMatches, variablesOf } from '../read.ts'
import { visible } from '../storage/record.ts'
import { statementsOf, writeAll } from '../write.ts'

export const deleteFields = { q: 'object!', limit: 'number!', collation: 'object', hint: 'hint' } as const

export const deleteCommand: Command = {
  fields: { deletes: 'array!', ordered: 'bool', let: 'object', bypassDocumentValidation: 'bool' },
  transactional: true,
  retryable: true,
  async run(call) {
    let n = 0
    const statements = statementsOf(call, 'deletes', deleteFields)
    for (const statement of statements) checkLimit(statement.get('limit')!)
    const reply = await writeAll(
      call,
      statements,
      (statement) => deleteStatement(call, statement),
      (result) => (n += toDouble(result.get('n') as number)),
    )
    return new Map([['n', int(n)], ...reply])
  },
}

function checkLimit(limit: Value): void {
  if (!isNumeric(limit) || (toDouble(limit) !== 0 && toDouble(limit) !== 1)) {
    throw new MongoError(9, `The limit field in delete objects must be 0 or 1. Got ${String(limit)}`)
  }
}

/** One statement of a delete, whose fields are known to be right. */
export async function deleteStatement(call: Call, statement: Doc): Promise<Doc> {
  const query: Query = {
    filter: statement.get('q') as Doc,
    hint: statement.get('hint'),
    vars: variablesOf(call),
  }
  const count = truthy(statement.get('limit'))
    ? await removeOne(call, query, statement)
    : await removeMany(call, query, statement)
  return new Map([['n', int(count)]])
}

function removeOne(call: Call, query: Query, statement: Doc): Promise<number> {
  return call.patiently(() => {
    const collection = call.engine.store.collection(call.db, call.collectionName, call.transaction)
    query.collation = collationOf(collection, statement.get('collation'))
    const found = find(call, collection, { ...query, limit: 1 }).next().value
    if (!collection || !found) return 0
    collection.delete(found.record, call.transaction)
    return 1
  })
}

async function removeMany(call: Call, query: Query, statement: Doc): Promise<number> {
  if (call.retryNumber !== undefined) {
    throw new MongoError(72, 'Cannot use (or request) retryable writes with limit=0')
  }
  const collection = call.engine.store.collection(call.db, call.collectionName, call.transaction)
  query.collation = collationOf(collection, statement.get('collation'))
  let count = 0
  for (const { record, version } of [...find(call, collection, query)]) {
    await call.patiently(() => {
      const now = visible(record, call.transaction)
      if (!now || !collection || collection.dropped || (now !== version && !stillMatches(query, now))) return
      collection.delete(record, call.transaction)
      count++
    })
  }
  return count
}
