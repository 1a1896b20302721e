import { type Call, type Command, readLevels } from '../command.ts'
import { type PipelineContext, runPipeline } from '../language/aggregate.ts'
import { MongoError } from '../language/error.ts'
import { splitEffect } from '../language/stages/effect.ts'
import { type Doc, Int32, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { chooseAccess } from '../plan.ts'
import { collationOf, find, type Query, variablesOf } from '../read.ts'
import type { Collection } from '../storage/collection.ts'
import { documentOf, type Stored, storedDocument } from '../storage/record.ts'
import { carryOut } from './aggregate-effect.ts'
import { isChangeStream, openChangeStream } from './change-stream.ts'
import { explainAggregate } from './explain.ts'
import { cursorReply } from './find.ts'
import { leading, stagesOf } from './leading-stages.ts'
import { sourceOf } from './source-stages.ts'

export const aggregate: Command = {
  fields: {
    pipeline: 'array!',
    cursor: 'object',
    explain: 'bool',
    collation: 'object',
    hint: 'hint',
    let: 'object',
    allowDiskUse: 'bool',
    bypassDocumentValidation: 'bool',
  },
  transactional: true,
  reads: readLevels,
  async run(call) {
    if (call.flag('explain')) return explainAggregate(call)
    if (!call.get('cursor')) {
      throw new MongoError(
        9,
        "The 'cursor' option is required, except for aggregate with the explain argument",
      )
    }
    const follows = isChangeStream(call.get('pipeline'))
    const results = follows ? openChangeStream(call) : await resultsOf(call)
    const name = typeof call.get('aggregate') === 'string' ? call.collectionName : '$cmd.aggregate'
    const batch = call.engine.cursors.open({
      namespace: `${call.db}.${name}`,
      results,
      batchSize: call.cursorBatchSize,
      session: call.session,
      transaction: call.transaction,
    })
    return cursorReply(call, 'firstBatch', batch, name)
  },
}

/** Run to its end in one turn, so that the whole result is of one moment. */
async function resultsOf(call: Call): Promise<Generator<Stored>> {
  const { stages, effect } = splitEffect(call.get<Value[]>('pipeline')!)
  const found = [...documents(call, stages)]
  if (!effect) return encoded(found)
  await carryOut(call, effect, found)
  return encoded([])
}

function* encoded(docs: Doc[]) {
  for (const doc of docs) yield storedDocument(doc)
}

/** Runs the pipeline; a leading `$match` and `$sort` are left to the indexes. */
function documents(call: Call, pipeline: Value[]): Iterable<Doc> {
  const stages = stagesOf(pipeline)
  const source = sourceOf(call, stages[0])
  const { store } = call.engine
  const collection =
    typeof call.get('aggregate') === 'string'
      ? store.collection(call.db, call.collectionName, call.reader)
      : undefined
  const collation = collationOf(collection, call.get('collation'))
  const vars = variablesOf(call)
  const context: PipelineContext = {
    collation,
    vars,
    collection: (name, filter = new Map()) => {
      const other = store.collection(call.db, name, call.reader)
      return read(call, other, { filter, collation })
    },
    indexed: (name, field) => {
      const other = store.collection(call.db, name, call.reader)
      const filter: Doc = new Map([[field, int(0)]])
      return !!other && !!chooseAccess(other, filter, undefined, {}, collation).index
    },
  }
  if (source) return runPipeline(source, stages.slice(1), context)
  const { filter, sort, rest } = leading(stages)
  const query = { filter, sort, hint: call.get('hint'), collation, vars }
  const counted = countIn(rest)
  if (counted) return counts(counted, find(call, collection, query))
  return runPipeline(read(call, collection, query), rest, context)
}

/** What drivers send for `countDocuments`: counted here, no document has to be built for it. */
interface Count {
  id: Value
  field: string
  skip: number
  limit: number
}

function countIn(stages: Doc[]): Count | undefined {
  const rest = [...stages]
  const amount = (stage: string): number => {
    const value = rest[0]?.get(stage)
    if (!isNumeric(value) || !Number.isInteger(toDouble(value)) || toDouble(value) < 1) return 0
    rest.shift()
    return toDouble(value)
  }
  const [skip, limit] = [amount('$skip'), amount('$limit')]
  const group = rest[0]?.get('$group')
  if (rest.length !== 1 || !(group instanceof Map) || group.size !== 2) return undefined
  const [[idField, id], [field, sum]] = [...group] as [[string, Value], [string, Value]]
  const one = sum instanceof Map && sum.size === 1 ? sum.get('$sum') : undefined
  const constant = id === null || isNumeric(id)
  if (idField !== '_id' || !constant || /^\$|\./.test(field) || !(one instanceof Int32) || one.value !== 1)
    return undefined
  return { id, field, skip, limit }
}

function counts({ id, field, skip, limit }: Count, found: Iterable<unknown>): Doc[] {
  let n = -skip
  const most = limit || Number.POSITIVE_INFINITY
  for (const _ of found) if (++n === most) break
  return n > 0
    ? [
        new Map<string, Value>([
          ['_id', id],
          [field, int(n)],
        ]),
      ]
    : []
}

function read(call: Call, collection: Collection | undefined, query: Query): Iterable<Doc> {
  return find(call, collection, query).map(({ version }) => documentOf(version))
}
