import type { Model } from 'mongoose'
import { acrossTenants } from './tenancy.ts'

/** A row by its id and its owner; it is nobody's where the owner is null. */
export interface Owned {
  _id: string
  tenantId?: string | null
}
interface Named {
  _id: string
  tenantId: string | null
}

/** A model, whatever its rows look like. */
export type AnyModel = Pick<Model<Owned>, 'modelName'>
const modelOf = (model: AnyModel) => model as unknown as Model<Owned>

const byOwner = <Query extends object>(query: Query, { tenantId }: Named): Query =>
  tenantId === null ? acrossTenants(query, 'it is named by its id and belongs to nobody') : query

/** The row; null where its owner has none of this id. */
export async function rowOf<Doc extends Owned>(
  model: AnyModel,
  { _id, tenantId }: Named,
): Promise<Doc | null> {
  const query = byOwner(modelOf(model).findOne({ _id, tenantId }), { _id, tenantId })
  return query.lean<Doc>().exec()
}

/**
 * Changes the row in one conditional update if it is as all of `still` say, or removes it where there is no change. Returns
 * it as it was; null where it was not so.
 */
export async function changeOne<Doc extends Owned>(
  model: AnyModel,
  { _id, tenantId }: Named,
  still: object[],
  update: object | null,
): Promise<Doc | null> {
  const filter = { _id, tenantId, $and: still }
  const query = update
    ? modelOf(model).findOneAndUpdate(filter, update)
    : modelOf(model).findOneAndDelete(filter)
  return byOwner(query, { _id, tenantId }).lean<Doc>().exec()
}

/** Stores a row and returns it with what its schema adds. */
export async function insertOne<Doc extends Owned>(model: AnyModel, fields: object): Promise<Doc> {
  const Row = modelOf(model)
  return (await new Row(fields).save()).toObject() as Doc
}
