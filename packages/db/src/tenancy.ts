import { type Aggregate, MongooseError, type PipelineStage, type Query, type Schema } from 'mongoose'
import { reads, writes } from './operations.ts'

/** A query was about to run without saying whose data it is for. Always a mistake in our own code. */
export class TenancyError extends MongooseError {
  override readonly name = 'TenancyError'
}

const isTenant = (value: unknown): value is string => typeof value === 'string' && value.startsWith('ten_')

// On the query itself, since the model may have been made by another instance of this module (see model.ts).
const excused = Symbol.for('insula.across-tenants')
const isExcused = (query: object) => excused in query

/** Lets one query cross tenants. The reason is for the reader: every use of this wants one. */
export function acrossTenants<Q extends object>(query: Q, reason: string): Q {
  return Object.assign(query, { [excused]: reason })
}

/** `{ middleware: false }` turns hooks off, except those that carry mongoose's own mark. */
export const always = <Hook extends object>(hook: Hook): Hook =>
  Object.assign(hook, { [Symbol.for('mongoose:built-in-middleware')]: true })

/** The field that every document of a tenant's carries. */
export const tenantField = { tenantId: { type: String, required: true, immutable: true } } as const

/**
 * Refuses every query, aggregation and bulk write on a tenant's collection that does not name one tenant by
 * its id, and every change that would hand a row to another. A filter value that is undefined, null or an operator
 * counts as not naming one.
 */
export function tenantGuard(schema: Schema): void {
  const mayBelongToNobody = !schema.path('tenantId').isRequired
  const belongs = (tenantId: unknown) => isTenant(tenantId) || (mayBelongToNobody && tenantId === null)

  const beforeQuery = function (this: Query<unknown, unknown>) {
    const { tenantId } = this.getFilter()
    if (!isExcused(this) && !isTenant(tenantId)) throw missing(this.model.modelName, 'query')
    refuseOtherOwner(this, tenantId)
  }
  schema.pre([...reads, ...writes], { document: false, query: true }, always(beforeQuery))

  const beforeCount = function (this: Query<unknown, unknown>) {
    if (!isExcused(this)) throw missing(this.model.modelName, 'estimatedDocumentCount')
  }
  schema.pre('estimatedDocumentCount', always(beforeCount))

  const beforeAggregate = function (this: Aggregate<unknown[]>) {
    if (isExcused(this)) return
    const first = this.pipeline()[0]
    const named = first && '$match' in first && isTenant((first.$match as Record<string, unknown>).tenantId)
    if (!named) throw missing(this.model().modelName, 'aggregate')
  }
  schema.pre('aggregate', always(beforeAggregate))

  const beforeInsertMany = (docs: unknown) => {
    for (const doc of Array.isArray(docs) ? docs : [docs]) {
      if (!belongs((doc as { tenantId?: unknown }).tenantId ?? null)) throw missing('document', 'insertMany')
    }
  }
  schema.pre('insertMany', always(beforeInsertMany))

  const beforeSave = function (this: { isNew: boolean; get(path: string): unknown; $where?: object }) {
    const tenantId = this.get('tenantId') ?? null
    if (!belongs(tenantId)) throw missing('document', 'save')
    // A document is changed by its id alone: what it says of its owner must be true as well.
    if (!this.isNew) this.$where = { ...this.$where, tenantId }
  }
  schema.pre('save', always(beforeSave))

  const beforeBulkWrite = () => {
    throw new TenancyError('bulkWrite is not offered on a tenant’s collection: the guard cannot see into it')
  }
  schema.pre('bulkWrite', always(beforeBulkWrite))
  // No hook stands before a change stream.
  schema.statics.watch = () => {
    throw new TenancyError('watch is not offered on a tenant’s collection: it tells of all tenants')
  }
}

const missing = (model: string, operation: string) =>
  new TenancyError(`${model}.${operation} does not name its tenant: add { tenantId } to the filter`)

/** Whatever is changed stays its tenant's. `immutable` alone leaves pipelines, upserts and replacements open. */
function refuseOtherOwner(query: Query<unknown, unknown>, owner: unknown): void {
  const update = query.getUpdate() as Record<string, unknown> | Record<string, unknown>[] | null | undefined
  if (!update) return
  const handedOver = new TenancyError(`${query.model.modelName}: a change cannot set another tenantId`)
  const operation = (query as unknown as { op?: string }).op
  if (operation === 'replaceOne' || operation === 'findOneAndReplace') {
    const { tenantId } = update as Record<string, unknown>
    if (tenantId !== owner) throw handedOver
  } else if (Array.isArray(update) ? update.some(touchesOwner) : setsOther(update, owner)) throw handedOver
}

const isOwnerPath = (path: unknown) =>
  typeof path === 'string' && (path === 'tenantId' || path.startsWith('tenantId.'))

function setsOther(update: Record<string, unknown>, owner: unknown): boolean {
  return Object.entries(update).some(([operator, fields]) => {
    if (!operator.startsWith('$')) return isOwnerPath(operator) && fields !== owner
    const changed = Object.entries((fields ?? {}) as Record<string, unknown>)
    const may = operator === '$set' || operator === '$setOnInsert'
    return changed.some(
      ([path, value]) =>
        (isOwnerPath(path) && !(may && value === owner)) || (operator === '$rename' && isOwnerPath(value)),
    )
  })
}

/** Of a stage of a pipeline that changes rows: `$set`, `$addFields`, `$unset`; any other makes a new document. */
function touchesOwner(stage: Record<string, unknown>): boolean {
  return Object.entries(stage).some(([name, fields]) => {
    if (name === '$set' || name === '$addFields') return Object.keys(fields as object).some(isOwnerPath)
    if (name === '$unset') return [fields].flat().some(isOwnerPath)
    return true
  })
}

const reaching = ['$lookup', '$graphLookup', '$unionWith', '$out', '$merge']

/**
 * Refuses aggregations, of any collection, that read or write another one: a filter at the beginning says nothing of
 * what they bring in later.
 */
export function joinGuard(schema: Schema): void {
  const beforeAggregate = function (this: Aggregate<unknown[]>) {
    const stage = isExcused(this) ? undefined : reachesBeyond(this.pipeline())
    if (stage) throw new TenancyError(`${stage} would reach into a collection without naming its tenant`)
  }
  schema.pre('aggregate', always(beforeAggregate))
}

function reachesBeyond(pipeline: PipelineStage[]): string | undefined {
  for (const stage of pipeline) {
    for (const [name, inside] of Object.entries(stage)) {
      if (reaching.includes(name)) return name
      const pipelines = name === '$facet' ? Object.values(inside as Record<string, PipelineStage[]>) : []
      const found = pipelines.map(reachesBeyond).find((one) => one !== undefined)
      if (found) return found
    }
  }
  return undefined
}
