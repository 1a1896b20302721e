import type { Call } from './command.ts'
import { type Command, checkFields, readLevels, truthy } from './command.ts'
import { MongoError, notHere } from './language/error.ts'
import { type Doc, int, isNumeric, Timestamp, toDouble, type Value } from './language/value.ts'

const levels = ['local', ...readLevels]

/** On one member every level reads what is durable; a snapshot is held for the reads that follow at its time. */
export function enterReadConcern(call: Call, command: Command): void {
  const concern = call.get<Doc>('readConcern')
  if (!concern) return
  const fields = {
    level: 'string',
    afterClusterTime: 'any',
    atClusterTime: 'any',
    provenance: 'string',
  } as const
  checkFields('readConcern', concern, fields)
  const level = concern.get('level')
  if (level !== undefined && !levels.includes(level as string)) {
    throw new MongoError(
      9,
      `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`,
    )
  }
  const time = concern.get('atClusterTime')
  if (time !== undefined && level !== 'snapshot') {
    throw new MongoError(72, 'readConcern atClusterTime is only valid with the level snapshot')
  }
  if (call.transaction) {
    if (level === 'available' || level === 'linearizable') {
      throw new MongoError(
        72,
        'The readConcern level must be either "local", "majority" or "snapshot" in a transaction',
      )
    }
    if (time !== undefined) throw notHere('a transaction at a given cluster time')
    return
  }
  if (level === undefined || level === 'local') return
  if (!command.reads?.some((one) => one === level)) {
    throw new MongoError(72, `Command ${call.name} does not support { readConcern: { level: "${level}" } }`)
  }
  if (level !== 'snapshot') return
  const { moments } = call.engine
  if (time !== undefined && !(time instanceof Timestamp)) {
    throw new MongoError(14, "BSON field 'readConcern.atClusterTime' must be a timestamp")
  }
  call.moment = time ? moments.at(time) : moments.take(call.engine.time.next())
}

const isWhole = (value: Value | undefined, most: number): boolean =>
  isNumeric(value) && toDouble(value) >= 0 && toDouble(value) <= most

/** The commands that take a write concern. */
const writing = new Set(
  (
    'insert update delete findAndModify findandmodify bulkWrite aggregate create collMod createIndexes dropIndexes ' +
    'drop dropDatabase renameCollection commitTransaction abortTransaction'
  ).split(' '),
)

/** Every write here is journaled before it is acknowledged, which is the most that a concern can ask of one member. */
export function checkWriteConcern(call: Call): void {
  const concern = call.get<Doc>('writeConcern')
  if (!concern) return
  if (!writing.has(call.name)) throw new MongoError(72, 'Command does not support writeConcern')
  checkFields('writeConcern', concern, {
    w: 'any',
    j: 'bool',
    fsync: 'bool',
    wtimeout: 'number',
    provenance: 'string',
  })
  if (truthy(concern.get('j')) && truthy(concern.get('fsync'))) {
    throw new MongoError(9, 'fsync and j options cannot be used together')
  }
  const w = concern.get('w')
  if (w !== undefined && typeof w !== 'string' && !isWhole(w, 50)) {
    throw new MongoError(9, 'w has to be a string or a number between 0 and 50')
  }
}

/** Asked to wait for members that do not exist, MongoDB does the write and then says so. */
export function writeConcernErrorOf(concern: Doc | undefined): Doc | undefined {
  const w = concern?.get('w')
  const error = (code: number, codeName: string, errmsg: string): Doc =>
    new Map<string, Value>([
      ['code', int(code)],
      ['codeName', codeName],
      ['errmsg', errmsg],
    ])
  if (typeof w === 'string' && w !== 'majority') {
    return error(
      79,
      'UnknownReplWriteConcern',
      `No write concern mode named '${w}' found in replica set configuration`,
    )
  }
  if (isNumeric(w) && toDouble(w) > 1) {
    return error(100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes')
  }
  return undefined
}
