import { admit } from './admission.ts'
import { type Call, type Command, type CursorReply, type Reply, truthy } from './command.ts'
import { checkWriteConcern, enterReadConcern, writeConcernErrorOf } from './concern.ts'
import type { Engine } from './engine.ts'
import { errorLabelsOf } from './error-labels.ts'
import { Cut, type Met } from './faults.ts'
import { decode, type Encodable, type EncodableDoc, RawDocument } from './language/codec.ts'
import { MongoError } from './language/error.ts'
import { type Doc, int, isNumeric, long, toDouble, type Value } from './language/value.ts'
import { transactionNumber } from './sessions.ts'
import type { Request } from './wire.ts'

/** What is known of the client on a connection. */
export interface Client {
  appName: string | undefined
}

/** Carries a request out and answers it, durably: nothing is answered that a crash could take back. Throws Cut. */
export async function answer(engine: Engine, client: Client, request: Request): Promise<EncodableDoc> {
  let call: Call | undefined
  let reply: Doc
  let cursor: CursorReply | undefined
  try {
    const body = decode(request.body)
    for (const [field, documents] of request.sequences) {
      if (body.has(field)) throw new MongoError(40413, `the field '${field}' is given twice`)
      body.set(field, documents.map(decode))
    }
    const opened = admit(engine, request, body)
    call = opened.call
    client.appName ??= appNameIn(body)
    engine.counts.set(call.name, (engine.counts.get(call.name) ?? 0) + 1)
    const result = await inTurn(call, () => runCommand(engine, client, opened.command, opened.call))
    if (result instanceof Map) reply = result
    else {
      cursor = result
      reply = result.extra ?? new Map()
    }
    reply.set('ok', 1)
    const concern = writeConcernErrorOf(call.get('writeConcern'))
    if (concern && !call.transaction) reply.set('writeConcernError', concern)
  } catch (error) {
    reply = failure(error, call)
    cursor = undefined
  }
  const { synced } = engine.store.disk
  if (synced) await synced
  if (call?.cut) throw new Cut()
  if (call && reply.get('ok') === 1 && engine.faults.dropsReply(call.name, call.transaction !== undefined)) {
    throw new Cut()
  }
  return stamped(engine, reply, cursor)
}

/** The name that a client gives itself in its handshake. */
function appNameIn(body: Doc): string | undefined {
  const client = body.get('client')
  const application = client instanceof Map ? client.get('application') : undefined
  const name = application instanceof Map ? application.get('name') : undefined
  return typeof name === 'string' ? name : undefined
}

/** Statements of transactions and retryable writes have their session to themselves: a retry finds the result. */
async function inTurn<T>(call: Call, run: () => Promise<T>): Promise<T> {
  const lsid = call.get<Doc>('lsid')
  if (lsid) call.session = call.engine.sessions.use(lsid)
  const { session } = call
  if (!session || !call.body.has('txnNumber')) return run()
  while (session.turn) await session.turn
  const done = Promise.withResolvers<void>()
  session.turn = done.promise
  try {
    return await run()
  } finally {
    session.turn = undefined
    done.resolve()
  }
}

async function runCommand(engine: Engine, client: Client, command: Command, call: Call): Promise<Reply> {
  const met = engine.faults.active ? await engine.faults.meet(call.name, client.appName) : undefined
  enterTransaction(engine, command, call)
  try {
    enterReadConcern(call, command)
    checkWriteConcern(call)
    const pending = command.run(call)
    const reply = pending instanceof Promise ? await pending : pending
    if (met?.writeConcernError) complain(call, reply, met)
    if (call.transaction && hasFailures(reply)) engine.sessions.abort(call.transaction)
    return reply
  } catch (error) {
    // Any failed statement ends its transaction.
    if (call.transaction && call.name !== 'commitTransaction') engine.sessions.abort(call.transaction)
    throw error
  }
}

/** The fail point's write concern error: the work was done, and the reply says that it may not last. */
function complain(call: Call, reply: Reply, { writeConcernError, errorLabels }: Met): void {
  if (!(reply instanceof Map)) reply.extra ??= new Map()
  const fields = reply instanceof Map ? reply : reply.extra!
  const code = writeConcernError!.get('code')
  fields.set('writeConcernError', writeConcernError!)
  const labels = errorLabels ?? errorLabelsOf(call, undefined, isNumeric(code) ? toDouble(code) : undefined)
  if (labels.length > 0) fields.set('errorLabels', labels)
}

function hasFailures(reply: Reply): boolean {
  if (reply instanceof Map) return reply.has('writeErrors')
  const errors = reply.extra?.get('nErrors')
  return isNumeric(errors) && toDouble(errors) > 0
}

/** Finds or starts the transaction a statement belongs to, or takes note of a retryable write. */
function enterTransaction(engine: Engine, command: Command, call: Call): void {
  const number = transactionNumber(call.get('txnNumber'))
  const autocommit = call.body.has('autocommit')
  if (number === undefined) {
    if (autocommit || call.body.has('startTransaction')) {
      throw new MongoError(72, "'autocommit' and 'startTransaction' need a 'txnNumber'")
    }
    return
  }
  const { session } = call
  if (!session) throw new MongoError(72, "'txnNumber' needs an 'lsid'")
  const starts = call.body.has('startTransaction')
  if (starts && !autocommit) throw new MongoError(72, "'startTransaction' needs 'autocommit'")
  if (starts && !call.flag('startTransaction')) throw new MongoError(72, 'startTransaction may only be true')
  if (!autocommit) {
    if (!command.retryable) {
      throw new MongoError(
        72,
        `txnNumber may only be provided for multi-document transactions and retryable write commands. '${call.name}' is neither`,
      )
    }
    call.retryNumber = number
    engine.sessions.enterRetryable(session, number)
    return
  }
  if (truthy(call.get('autocommit'))) throw new MongoError(72, 'autocommit may only be false')
  if (!command.transactional) {
    const transaction = session.transaction
    if (transaction?.state === 'open' && transaction.number === number) engine.sessions.abort(transaction)
    throw new MongoError(263, `Cannot run '${call.name}' in a multi-document transaction.`)
  }
  if (call.name === 'commitTransaction' || call.name === 'abortTransaction') return
  if (call.body.has('writeConcern')) {
    throw new MongoError(72, 'writeConcern is not allowed within a multi-statement transaction')
  }
  if (starts) call.transaction = engine.sessions.begin(session, number)
  else {
    if (call.body.has('readConcern')) {
      throw new MongoError(72, 'Only the first command in a transaction may specify a readConcern')
    }
    call.transaction = engine.sessions.resume(session, number)
  }
}

function failure(error: unknown, call: Call | undefined): Doc {
  if (error instanceof Cut) throw error
  if (!(error instanceof MongoError)) {
    console.error(error)
    error = new MongoError(
      1,
      `this server failed inwardly: ${error instanceof Error ? error.message : error}`,
    )
  }
  const { code, codeName, message, extra } = error as MongoError
  const reply: Doc = new Map<string, Value>([
    ['ok', 0],
    ['errmsg', message],
    ['code', int(code)],
    ['codeName', codeName],
    ...(extra ?? []),
  ])
  if (!reply.has('errorLabels') && call) {
    const labels = errorLabelsOf(call, code)
    if (labels.length > 0) reply.set('errorLabels', labels)
  }
  return reply
}

/** A reply as it is sent: the cursor first, the time last. */
function stamped(engine: Engine, reply: Doc, cursor: CursorReply | undefined): EncodableDoc {
  const whole = new Map<string, Encodable>()
  if (cursor) {
    const { batchName, batch, namespace, atClusterTime } = cursor
    const { documents, cursorId, resumeToken } = batch
    const told = new Map<string, Encodable>([
      [batchName, documents.map((bson) => new RawDocument(bson))],
      ['id', long(cursorId)],
      ['ns', namespace],
    ])
    if (resumeToken) told.set('postBatchResumeToken', resumeToken)
    if (atClusterTime) told.set('atClusterTime', atClusterTime)
    whole.set('cursor', told)
  }
  for (const [name, value] of reply) whole.set(name, value)
  const { operationTime, clusterTime } = engine.time.after(engine.store.clock)
  return whole.set('$clusterTime', clusterTime).set('operationTime', operationTime)
}
