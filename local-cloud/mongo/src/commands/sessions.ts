import { randomUUID } from 'node:crypto'
import { type Call, type Command, truthy } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { Binary, type Doc, int, isDoc, type Value } from '../language/value.ts'
import { sessionTimeoutMinutes, transactionNumber } from '../sessions.ts'

/** Ends the transaction that the command's session and number name. */
function endTransaction(call: Call, end: (number: bigint) => void): Doc {
  const number = transactionNumber(call.get('txnNumber'))
  if (!call.session || number === undefined || !call.body.has('autocommit')) {
    throw new MongoError(125, `${call.name} must be run within a transaction`)
  }
  if (truthy(call.get('startTransaction'))) {
    throw new MongoError(263, `Cannot run '${call.name}' as the first statement of a transaction`)
  }
  end(number)
  return new Map()
}

const commitTransaction: Command = {
  fields: { coordinator: 'any', recoveryToken: 'object' },
  subject: 'any',
  transactional: true,
  adminOnly: true,
  run: (call) =>
    endTransaction(call, (number) => {
      call.engine.sessions.commit(call.session!, number)
      call.transaction = undefined
    }),
}

const abortTransaction: Command = {
  fields: { recoveryToken: 'object' },
  subject: 'any',
  transactional: true,
  adminOnly: true,
  run: (call) =>
    endTransaction(call, (number) => {
      const transaction = call.engine.sessions.resume(call.session!, number)
      call.engine.sessions.abort(transaction)
      call.engine.cursors.killOf(transaction)
    }),
}

function lsids(call: Call): Doc[] {
  const given = call.get(call.name)
  if (!Array.isArray(given) || !given.every(isDoc))
    throw new MongoError(14, `BSON field '${call.name}' must be an array of sessions`)
  return given
}

function endSessions(call: Call): Doc {
  for (const lsid of lsids(call)) call.engine.cursors.killOf(call.engine.sessions.use(lsid))
  call.engine.sessions.end(lsids(call))
  return new Map()
}

const sessionCommand = (run: Command['run']): Command => ({ fields: {}, subject: 'any', run })

export const sessionCommands: Record<string, Command> = {
  commitTransaction,
  abortTransaction,
  startSession: sessionCommand(() => {
    const id = new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID)
    return new Map<string, Value>([
      ['id', new Map<string, Value>([['id', id]])],
      ['timeoutMinutes', int(sessionTimeoutMinutes)],
    ])
  }),
  endSessions: sessionCommand(endSessions),
  killSessions: sessionCommand(endSessions),
  killAllSessions: sessionCommand((call) => {
    if (lsids(call).length > 0)
      throw new MongoError(238, 'this server kills the sessions of all users or of none')
    call.engine.sessions.killAll()
    call.engine.cursors.clear()
    return new Map()
  }),
  refreshSessions: sessionCommand((call) => {
    for (const lsid of lsids(call)) call.engine.sessions.use(lsid)
    return new Map()
  }),
}
