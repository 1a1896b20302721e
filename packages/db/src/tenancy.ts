import { type Aggregate, MongooseError, type Query, type Schema } from 'mongoose'

/** A query was about to run without saying whose data it is for. Always a mistake in our own code. */
export class TenancyError extends MongooseError {
  override readonly name = 'TenancyError'
}

const isTenant = (value: unknown) => typeof value === 'string' && value.startsWith('ten_')

// On the query itself, since the model may have been made by another instance of this module (see model.ts).
const excused = Symbol.for('insula.across-tenants')
const isExcused = (query: object) => excused in query

/** Lets one query cross tenants. The reason is for the reader: every use of this wants one. */
export function acrossTenants<Q extends object>(query: Q, reason: string): Q {
  return Object.assign(query, { [excused]: reason })
}

const queries = [
  'countDocuments',
  'deleteMany',
  'deleteOne',
  'distinct',
  'find',
  'findOne',
  'findOneAndDelete',
  'findOneAndReplace',
  'findOneAndUpdate',
  'replaceOne',
  'updateMany',
  'updateOne',
] as const

/** The field that every document of a tenant's carries. */
export const tenantField = { tenantId: { type: String, required: true, immutable: true } } as const

/**
 * Refuses every query, aggregation and bulk write on a tenant's collection that does not name one tenant by
 * its id. A filter value that is undefined, null or an operator counts as not naming one.
 */
export function tenantGuard(schema: Schema): void {
  schema.pre([...queries], { document: false, query: true }, function (this: Query<unknown, unknown>) {
    if (isExcused(this)) return
    if (!isTenant(this.getFilter().tenantId)) throw missing(this.model.modelName, 'query')
  })
  schema.pre('estimatedDocumentCount', function (this: Query<unknown, unknown>) {
    if (!isExcused(this)) throw missing(this.model.modelName, 'estimatedDocumentCount')
  })
  schema.pre('aggregate', function (this: Aggregate<unknown[]>) {
    if (isExcused(this)) return
    const first = this.pipeline()[0]
    const named = first && '$match' in first && isTenant((first.$match as Record<string, unknown>).tenantId)
    if (!named) throw missing(this.model().modelName, 'aggregate')
  })
  schema.pre('insertMany', (docs: unknown) => {
    for (const doc of Array.isArray(docs) ? docs : [docs]) {
      if (!isTenant((doc as { tenantId?: unknown }).tenantId)) throw missing('document', 'insertMany')
    }
  })
  schema.pre('bulkWrite', () => {
    throw new TenancyError('bulkWrite is not offered on a tenant’s collection: the guard cannot see into it')
  })
}

const missing = (model: string, operation: string) =>
  new TenancyError(`${model}.${operation} does not name its tenant: add { tenantId } to the filter`)
