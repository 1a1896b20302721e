import { Call, type Command, readLevels } from '../command.ts'
import type { Constraint } from '../constraints.ts'
import { MongoError, notHere } from '../language/error.ts'
import { printValue } from '../language/print.ts'
import { type Doc, int, toDoc, type Value } from '../language/value.ts'
import { type Access, chooseAccess } from '../plan.ts'
import { collationOf, type Examined, find, type Query, variablesOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { statementsOf } from '../write.ts'
import { isChangeStream } from './change-stream.ts'
import { deleteFields } from './delete.ts'
import { version } from './handshake.ts'
import { leading, stagesOf } from './leading-stages.ts'
import { updateFields } from './update.ts'

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution']

/** Tells how a command would reach its documents, without doing it. */
export const explain: Command = {
  fields: { verbosity: 'string' },
  subject: 'any',
  reads: readLevels.filter((level) => level !== 'snapshot'),
  run(call) {
    const inner = call.get<Doc>('explain')
    if (!(inner instanceof Map)) throw new MongoError(14, "BSON field 'explain.explain' must be an object")
    const verbosity = call.get<string>('verbosity') ?? 'allPlansExecution'
    if (!verbosities.includes(verbosity)) {
      throw new MongoError(
        9,
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      )
    }
    return explanation(call, inner, verbosity)
  },
}

/** An aggregate with `explain: true` tells its plan and runs nothing. */
export function explainAggregate(call: Call): Doc {
  const inner = new Map(call.body)
  inner.delete('explain')
  return explanation(call, inner, 'queryPlanner')
}

function explanation(call: Call, inner: Doc, verbosity: string): Doc {
  const name = inner.keys().next().value ?? ''
  const explained = new Call(call.engine, name, inner, call.db)
  const { query, limit, skip } = queryIn(explained)
  const collection = call.engine.store.collection(call.db, explained.collectionName)
  query.collation = collationOf(collection, inner.get('collation'))
  const reply = toDoc({
    explainVersion: '1',
    queryPlanner: {
      namespace: `${call.db}.${explained.collectionName}`,
      parsedQuery: query.filter,
      winningPlan: collection ? planOf(collection, query, limit, skip) : { stage: 'EOF' },
      rejectedPlans: [],
    },
  })
  if (verbosity !== 'queryPlanner') reply.set('executionStats', execute(explained, collection, query))
  reply.set('command', inner)
  reply.set('serverInfo', toDoc({ host: call.engine.address, version }))
  return reply
}

interface Explained {
  query: Query
  limit: number
  skip: number
}

function queryIn(call: Call): Explained {
  const { body } = call
  const vars = variablesOf(call)
  const [limit, skip] = [call.count('limit'), call.count('skip')]
  const of = (source: Doc, filter: string): Query => ({
    filter: (source.get(filter) ?? new Map()) as Doc,
    sort: source.get('sort') as Doc | undefined,
    hint: source.get('hint'),
    min: source.get('min') as Doc | undefined,
    max: source.get('max') as Doc | undefined,
    vars,
  })
  switch (call.name) {
    case 'find':
      return { query: { ...of(body, 'filter'), limit, skip }, limit, skip }
    case 'count':
      return { query: { ...of(body, 'query'), limit, skip }, limit, skip }
    case 'distinct':
    case 'findAndModify':
      return { query: of(body, 'query'), limit: 0, skip: 0 }
    case 'aggregate': {
      if (isChangeStream(body.get('pipeline'))) throw notHere('explain of a $changeStream')
      const { filter, sort } = leading(stagesOf(call.get<Value[]>('pipeline')!))
      return { query: { filter, sort, hint: body.get('hint'), vars }, limit: 0, skip: 0 }
    }
    case 'update':
    case 'delete': {
      const [statement, another] =
        call.name === 'update'
          ? statementsOf(call, 'updates', updateFields)
          : statementsOf(call, 'deletes', deleteFields)
      if (!statement || another) throw new MongoError(16, 'explained write batches must be of size 1')
      return { query: of(statement, 'q'), limit: 0, skip: 0 }
    }
  }
  throw new MongoError(20, `Cannot explain cmd: ${call.name}`)
}

function planOf(collection: Collection, query: Query, limit: number, skip: number): Doc {
  const access = chooseAccess(collection, query.filter, query.sort, query, query.collation)
  let plan = scanOf(access, query.filter)
  if (query.sort && query.sort.size > 0 && !access.sorted) {
    plan = toDoc({ stage: 'SORT', sortPattern: query.sort, type: 'simple', inputStage: plan })
  }
  if (skip > 0) plan = toDoc({ stage: 'SKIP', skipAmount: skip, inputStage: plan })
  if (limit > 0) plan = toDoc({ stage: 'LIMIT', limitAmount: limit, inputStage: plan })
  return plan
}

function scanOf(access: Access, filter: Doc): Doc {
  const { index, parts } = access
  if (parts) {
    const inputStages = parts.map((part) => scanOf(part, filter).get('inputStage'))
    return toDoc({ stage: 'FETCH', filter, inputStage: { stage: 'OR', inputStages } })
  }
  return index ? indexScan(access, filter) : collectionScan(access, filter)
}

const collectionScan = ({ backward }: Access, filter: Doc): Doc => {
  const scan: Doc = new Map([['stage', 'COLLSCAN']])
  if (filter.size > 0) scan.set('filter', filter)
  scan.set('direction', backward ? 'backward' : 'forward')
  return scan
}

function indexScan({ index, backward, bounds }: Access, filter: Doc): Doc {
  const { name, spec, multikey, unique, sparse, covers, fields } = index!
  return toDoc({
    stage: 'FETCH',
    filter,
    inputStage: {
      stage: 'IXSCAN',
      keyPattern: spec.get('key'),
      indexName: name,
      isMultiKey: multikey,
      isUnique: unique,
      isSparse: sparse,
      isPartial: covers !== undefined,
      indexVersion: 2,
      direction: backward ? 'backward' : 'forward',
      indexBounds: Object.fromEntries(fields.map(({ name }) => [name, boundsText(bounds.get(name))])),
    },
  })
}

function boundsText(constraint: Constraint | undefined): string[] {
  if (!constraint) return ['[MinKey, MaxKey]']
  if (constraint.points)
    return constraint.points.map((point) => `[${printValue(point)}, ${printValue(point)}]`)
  const { above, below } = constraint
  const low = above ? `${above.inclusive ? '[' : '('}${printValue(above.value)}` : '[-inf'
  return [`${low}, ${below ? `${printValue(below.value)}${below.inclusive ? ']' : ')'}` : 'inf]'}`]
}

function execute(call: Call, collection: Collection | undefined, query: Query): Doc {
  const examined: Examined = { keys: 0, documents: 0 }
  const started = performance.now()
  let n = 0
  for (const _ of find(call, collection, query, examined)) n++
  return new Map<string, Value>([
    ['executionSuccess', true],
    ['nReturned', int(n)],
    ['executionTimeMillis', int(Math.round(performance.now() - started))],
    ['totalKeysExamined', int(examined.keys)],
    ['totalDocsExamined', int(examined.documents)],
  ])
}
