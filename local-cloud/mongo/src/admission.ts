import { Call, type Command, checkFields, type FieldType } from './command.ts'
import { absentCommands, commands } from './commands/all.ts'
import type { Engine } from './engine.ts'
import { MongoError, notHere } from './language/error.ts'
import { type Doc, isNumeric, toDouble, type Value } from './language/value.ts'
import { type Request, refuseLegacyCommand } from './wire.ts'

/** Fields that every command takes. */
const generic: Record<string, FieldType> = {
  $db: 'string',
  $clusterTime: 'object',
  $readPreference: 'object',
  lsid: 'object',
  txnNumber: 'any',
  autocommit: 'bool',
  startTransaction: 'bool',
  readConcern: 'object',
  writeConcern: 'object',
  maxTimeMS: 'number',
  comment: 'any',
  apiVersion: 'string',
  apiStrict: 'bool',
  apiDeprecationErrors: 'bool',
  collectionUUID: 'absent',
  encryptionInformation: 'absent',
  querySettings: 'absent',
  stmtId: 'absent',
  stmtIds: 'absent',
}

/** Reads a request's command and checks all of it that does not depend on state. Throws the codes of MongoDB's parser. */
export function admit(engine: Engine, request: Request, body: Doc): { call: Call; command: Command } {
  const name = body.keys().next().value ?? ''
  const command = commands[name]
  if (!command && absentCommands.has(name)) throw notHere(`the command ${name}`)
  if (!command) throw new MongoError(59, `no such command: '${name}'`)
  let db = body.get('$db')
  if (request.legacy) {
    if (!/^(hello|ismaster)$/i.test(name)) refuseLegacyCommand(name)
    db = request.queryNamespace!.replace(/\.\$cmd$/, '')
  }
  if (typeof db !== 'string')
    throw new MongoError(40414, "BSON field 'OpMsgRequest.$db' is missing but a required field")
  checkDatabaseName(db)
  if (command.adminOnly && db !== 'admin') {
    throw new MongoError(13, `${name} may only be run against the admin database.`)
  }
  if (!command.lenient) checkFields(name, body, command.fields, generic)
  if (name === 'explain') checkExplained(body.get('explain')!)
  if ((command.subject ?? 'collection') === 'collection') checkCollectionName(name, db, body.get(name)!)
  checkReadPreference(body.get('$readPreference'))
  const call = new Call(engine, name, body, db)
  checkApiVersion(call)
  const limit = call.get('maxTimeMS')
  if (isNumeric(limit) && name !== 'hello') {
    const ms = toDouble(limit)
    if (!(ms >= 0 && ms <= 0x7fffffff))
      throw new MongoError(2, `${ms} value for maxTimeMS is out of range [0, 2147483647]`)
    if (ms > 0) call.deadline = Date.now() + ms
  }
  return { call, command }
}

/** What is explained must be right as a command of its own. */
function checkExplained(inner: Value): void {
  if (!(inner instanceof Map)) throw new MongoError(14, "BSON field 'explain.explain' must be an object")
  const name = inner.keys().next().value ?? ''
  const command = commands[name]
  if (!command && absentCommands.has(name)) throw notHere(`the command ${name}`)
  if (!command) throw new MongoError(59, `Explain failed due to unknown command: ${name}`)
  checkFields(name, inner, command.fields, generic)
}

const readModes = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest']

/** One member is everything that a preference may name, so only a wrong one makes a difference. */
function checkReadPreference(preference: Value | undefined): void {
  if (!(preference instanceof Map) || readModes.some((mode) => mode === preference.get('mode'))) return
  throw new MongoError(9, `Could not parse $readPreference mode '${String(preference.get('mode'))}'`)
}

function checkDatabaseName(db: string): void {
  if (db === '' || db.length > 63 || (/[/\\. "$\0]/.test(db) && db !== '$external')) {
    throw new MongoError(73, `Invalid namespace specified '${db}'`)
  }
}

function checkCollectionName(command: string, db: string, name: Value): void {
  if (command === 'aggregate' && isNumeric(name) && toDouble(name) === 1) return
  if (typeof name !== 'string') {
    throw new MongoError(73, `collection name has invalid type for '${command}'`)
  }
  if (
    name === '' ||
    name.includes('\0') ||
    name.startsWith('.') ||
    (name.includes('$') && name !== '$cmd.aggregate')
  ) {
    throw new MongoError(73, `Invalid namespace specified '${db}.${name}'`)
  }
}

const versionOne = new Set(
  (
    'abortTransaction aggregate bulkWrite collMod commitTransaction count create createIndexes delete drop dropDatabase ' +
    'dropIndexes endSessions explain find findAndModify getMore hello insert killCursors listCollections listDatabases ' +
    'listIndexes ping refreshSessions update'
  ).split(' '),
)

function checkApiVersion(call: Call): void {
  const version = call.get<string>('apiVersion')
  if (version === undefined) {
    if (call.body.has('apiStrict') || call.body.has('apiDeprecationErrors')) {
      throw new MongoError(9, "Must specify 'apiVersion' with 'apiStrict' or 'apiDeprecationErrors'")
    }
    return
  }
  if (version !== '1') throw new MongoError(322, 'API version must be "1"')
  if (call.flag('apiStrict') && !versionOne.has(call.name)) {
    throw new MongoError(
      323,
      `Provided apiStrict:true, but the command ${call.name} is not in API Version 1.`,
    )
  }
  if (call.flag('apiStrict') && call.name === 'aggregate') checkStages(call.get<Value[]>('pipeline')!)
}

const stagesBeyondVersionOne = new Set(
  '$currentOp $indexStats $listLocalSessions $listSessions $planCacheStats $search $searchMeta $vectorSearch'.split(
    ' ',
  ),
)

function checkStages(pipeline: Value[]): void {
  for (const stage of pipeline) {
    const [name, spec] = stage instanceof Map ? ([...stage][0] ?? []) : []
    const onlyCounts = spec instanceof Map && spec.size === 1 && spec.has('count')
    if (name === undefined || !(stagesBeyondVersionOne.has(name) || (name === '$collStats' && !onlyCounts)))
      continue
    throw new MongoError(323, `stage ${name} is not allowed with 'apiStrict: true' in API Version 1`)
  }
}
