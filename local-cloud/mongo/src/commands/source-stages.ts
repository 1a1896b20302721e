import { type Call, checkFields } from '../command.ts'
import { MongoError, notHere } from '../language/error.ts'
import { compileExpression, evaluate } from '../language/expression/compile.ts'
import { type Doc, int, isDoc, toDoc, type Value } from '../language/value.ts'
import { variablesOf } from '../read.ts'
import { nobody } from '../sessions.ts'
import { collectionStats, scaleOf } from './diagnostics.ts'

/** A stage that begins a pipeline with documents which no collection holds. */
interface SourceStage {
  /** Whether it stands on a collection, or on a database by `{ aggregate: 1 }`. */
  on: 'collection' | 'database'
  documents(call: Call, spec: Value): Doc[]
}

const sourceStages: Readonly<Record<string, SourceStage>> = {
  $documents: { on: 'database', documents },
  $listLocalSessions: { on: 'database', documents: localSessions },
  $collStats: { on: 'collection', documents: collStats },
}

/** The documents that a pipeline begins with when its first stage brings its own; undefined for all other stages. */
export function sourceOf(call: Call, first: Doc | undefined): Doc[] | undefined {
  const [name, spec] = first ? [...first][0]! : ['', null]
  const source = Object.hasOwn(sourceStages, name) ? sourceStages[name]! : undefined
  const on = typeof call.get('aggregate') === 'string' ? 'collection' : 'database'
  if (source && source.on === on) return source.documents(call, spec)
  if (name === '$currentOp') throw notHere(`the stage ${name}`)
  if (source?.on === 'database') {
    throw new MongoError(73, `${name} must be run against the database with {aggregate: 1}, not a collection`)
  }
  if (on === 'collection') return undefined
  throw new MongoError(73, `{aggregate: 1} is not valid for '${name}'; a collection is required.`)
}

function documents(call: Call, spec: Value): Doc[] {
  const found = evaluate(compileExpression(spec, { vars: variablesOf(call) }), new Map())
  if (!Array.isArray(found)) throw new MongoError(5858203, 'an array is expected')
  if (!found.every(isDoc)) throw new MongoError(40228, 'an array of documents is expected')
  return found
}

function localSessions(call: Call, spec: Value): Doc[] {
  if (!isDoc(spec)) throw new MongoError(14, '$listLocalSessions options must be specified in an object')
  checkFields('$listLocalSessions', spec, { users: 'array', allUsers: 'bool' })
  if (spec.has('users')) throw notHere('$listLocalSessions for certain users')
  return [...call.engine.sessions.uses()].map(([id, usedAt]) =>
    toDoc({ _id: { id, uid: nobody }, lastUse: new Date(usedAt) }),
  )
}

function collStats(call: Call, spec: Value): Doc[] {
  if (!isDoc(spec)) throw new MongoError(5447000, `$collStats must take a nested object`)
  const known = {
    count: 'object',
    storageStats: 'object',
    latencyStats: 'object',
    queryExecStats: 'object',
  } as const
  checkFields('$collStats', spec, known)
  for (const part of ['latencyStats', 'queryExecStats']) {
    if (spec.has(part)) throw notHere(`$collStats with ${part}`)
  }
  const { engine, db, collectionName } = call
  const collection = engine.store.collection(db, collectionName)
  const storage = (spec.get('storageStats') ?? new Map()) as Doc
  checkFields('$collStats.storageStats', storage, { scale: 'number' })
  const { ns, ...stats } = collectionStats(db, collectionName, collection, scaleOf(storage))
  const found = toDoc({ ns, host: engine.address, localTime: new Date() })
  if (spec.has('storageStats')) found.set('storageStats', toDoc(stats))
  if (spec.has('count')) {
    if (!collection) throw new MongoError(26, `Unable to retrieve count in $collStats stage: ${ns} not found`)
    found.set('count', int(stats.count))
  }
  return [found]
}
