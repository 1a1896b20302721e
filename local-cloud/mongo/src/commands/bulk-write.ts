import { Call, type Command, checkFields, truthy } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int, toDouble, type Value } from '../language/value.ts'
import { storedDocument } from '../storage/record.ts'
import { checkBatch, endsCommand, once, statementsOf } from '../write.ts'
import { deleteStatement } from './delete.ts'
import { cursorReply } from './find.ts'
import { insertDocument } from './insert.ts'
import { updateStatement } from './update.ts'

const shared = { filter: 'object!', multi: 'bool', hint: 'hint', collation: 'object' } as const
const operations = {
  insert: { insert: 'number!', document: 'object!' },
  update: {
    ...shared,
    update: 'number!',
    updateMods: 'pipelineOrObject!',
    upsert: 'bool',
    arrayFilters: 'objects',
    constants: 'object',
    sort: 'object',
  },
  delete: { ...shared, delete: 'number!' },
} as const
type Kind = keyof typeof operations

/** Totals of a whole command, as its reply names them. */
const totals = { insert: 'nInserted', update: 'nMatched', delete: 'nDeleted' } as const

/** Writes to many collections in one command. */
export const bulkWrite: Command = {
  fields: {
    ops: 'array!',
    nsInfo: 'array!',
    ordered: 'bool',
    errorsOnly: 'bool',
    bypassDocumentValidation: 'bool',
    let: 'object',
    cursor: 'object',
  },
  subject: 'any',
  adminOnly: true,
  transactional: true,
  retryable: true,
  async run(call) {
    const ops = statementsOf(call, 'ops')
    checkBatch(ops.length)
    const namespaces = statementsOf(call, 'nsInfo', { ns: 'string!' }).map((info) => info.get('ns') as string)
    const counted = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
    const results: Doc[] = []
    const ordered = call.get('ordered') === undefined || call.flag('ordered')
    const prepared = ops.map((operation) => innerCall(call, operation, namespaces))
    for (const [index, operation] of ops.entries()) {
      try {
        const { kind, inner } = prepared[index]!
        const result = await once(call, index, () => perform(inner, kind, operation))
        count(counted, kind, result)
        if (!call.flag('errorsOnly')) results.push(succeeded(index, result))
      } catch (error) {
        if (endsCommand(error)) throw error
        counted.nErrors++
        results.push(failed(index, error as MongoError))
        if (ordered || call.transaction) break
      }
    }
    const batch = call.engine.cursors.open({
      namespace: 'admin.$cmd.bulkWrite',
      results: results.map((result) => storedDocument(result)).values(),
      batchSize: call.cursorBatchSize ?? Number.POSITIVE_INFINITY,
      session: call.session,
      transaction: call.transaction,
    })
    const extra: Doc = new Map(Object.entries(counted).map(([name, n]) => [name, int(n)]))
    if (call.retried.length > 0) extra.set('retriedStmtIds', call.retried.map(int))
    return { ...cursorReply(call, 'firstBatch', batch, '$cmd.bulkWrite'), extra }
  },
}

/** One operation as a command of its own, on the collection that it names by its place in `nsInfo`. */
function innerCall(call: Call, operation: Doc, namespaces: string[]): { kind: Kind; inner: Call } {
  const kind = operation.keys().next().value as Kind
  const fields = Object.hasOwn(operations, kind) ? operations[kind] : undefined
  if (!fields) throw new MongoError(40415, `BSON field 'bulkWrite.ops.${kind}' is an unknown field.`)
  checkFields(`bulkWrite.ops.${kind}`, operation, fields)
  const place = toDouble(operation.get(kind) as number)
  const namespace = namespaces[place]
  if (namespace === undefined) throw new MongoError(2, `BulkWrite ops entry refers to no nsInfo: ${place}`)
  const dot = namespace.indexOf('.')
  if (dot < 1 || dot === namespace.length - 1)
    throw new MongoError(73, `Invalid namespace specified '${namespace}'`)
  const body: Doc = new Map([[kind, namespace.slice(dot + 1)]])
  for (const option of ['let', 'bypassDocumentValidation']) {
    if (call.body.has(option)) body.set(option, call.body.get(option)!)
  }
  const inner = new Call(call.engine, kind, body, namespace.slice(0, dot))
  inner.session = call.session
  inner.transaction = call.transaction
  inner.retryNumber = call.retryNumber
  inner.deadline = call.deadline
  return { kind, inner }
}

function perform(inner: Call, kind: Kind, operation: Doc): Promise<Doc> {
  if (kind === 'insert') return insertDocument(inner, operation.get('document') as Doc)
  const statement: Doc = new Map([['q', operation.get('filter')!]])
  for (const name of ['hint', 'collation', 'arrayFilters', 'sort', 'upsert']) {
    if (operation.has(name)) statement.set(name, operation.get(name)!)
  }
  const multi = truthy(operation.get('multi'))
  if (kind === 'delete') return deleteStatement(inner, statement.set('limit', int(multi ? 0 : 1)))
  if (operation.has('constants')) statement.set('c', operation.get('constants')!)
  return updateStatement(inner, statement.set('u', operation.get('updateMods')!).set('multi', multi))
}

function count(counted: Record<string, number>, kind: Kind, result: Doc): void {
  const n = toDouble(result.get('n') as number)
  if (result.has('upserted')) counted.nUpserted!++
  else counted[totals[kind]]! += n
  if (result.has('nModified')) counted.nModified! += toDouble(result.get('nModified') as number)
}

function succeeded(index: number, result: Doc): Doc {
  const { upserted, ...rest } = Object.fromEntries(result) as Record<string, Value>
  const reply: Doc = new Map<string, Value>([['ok', 1], ['idx', int(index)], ...Object.entries(rest)])
  if (upserted !== undefined) reply.set('upserted', new Map([['_id', upserted]]))
  return reply
}

function failed(index: number, error: MongoError): Doc {
  return new Map<string, Value>([
    ['ok', 0],
    ['idx', int(index)],
    ['code', int(error.code)],
    ['errmsg', error.message],
    ...(error.extra ?? []),
    ['n', int(0)],
  ])
}
