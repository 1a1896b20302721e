import type mongoose from 'mongoose'

export type Database = mongoose.mongo.Db
export type Row = mongoose.mongo.BSON.Document & { _id: string }

/** What changes stored data from one release to the next, in steps that are done one after the other. */
export interface Migration {
  /** Begins with its number: migrations are done in the order of their names, each once for a database. */
  name: string
  steps: readonly Step[]
}

/**
 * `once` runs outside a transaction and may run again after a crash, so it looks at what is there already. `batch` runs
 * in one transaction with the note of how far it came, from after the row `after` on, and returns the last row's id, or
 * null when no row is left.
 */
export type Step = { name: string } & (
  | { once(db: Database): Promise<void> }
  | {
      batch(
        db: Database,
        place: { session: mongoose.mongo.ClientSession; after: string | null; size: number },
      ): Promise<string | null>
    }
)

/** A collection under another name; its indexes go with it. */
export const renameCollection = (from: string, to: string): Step => ({
  name: `${from} becomes ${to}`,
  async once(db) {
    const listed = await db.listCollections({ name: { $in: [from, to] } }, { nameOnly: true }).toArray()
    const there = new Set(listed.map(({ name }) => name))
    if (!there.has(from)) return
    const holds = async (name: string) => (await db.collection(name).findOne({})) !== null
    if (there.has(to) && (await holds(to))) {
      // A process of the former release, started by mistake, makes its collections anew and empty.
      if (!(await holds(from))) return void (await db.dropCollection(from))
      throw new Error(
        `Both ${from} and ${to} hold documents, so neither can take the other’s place. Look which of them is wanted, and empty the other.`,
      )
    }
    await db.renameCollection(from, to, { dropTarget: there.has(to) })
  },
})

/**
 * Rows that `filter` finds, each replaced by what `change` makes of it. It may change the `_id`: then the row is deleted and
 * stored anew. `change` must make of a changed row the same row.
 */
export const rewriteRows = (
  collection: string,
  filter: mongoose.mongo.Filter<Row>,
  change: (row: Row) => Row,
): Step => ({
  name: `rows of ${collection}`,
  async batch(db, { session, after, size }) {
    const remaining = after === null ? filter : { $and: [{ _id: { $gt: after } }, filter] }
    const rows = await db
      .collection<Row>(collection)
      .find(remaining, { session })
      .sort({ _id: 1 })
      .limit(size)
      .toArray()
    const writes = rows.flatMap((row): mongoose.mongo.AnyBulkWriteOperation<Row>[] => {
      const replacement = change(row)
      const { _id } = row
      if (replacement._id === _id) return [{ replaceOne: { filter: { _id }, replacement } }]
      // The old one first: unique indexes hold it until then.
      return [{ deleteOne: { filter: { _id } } }, { insertOne: { document: replacement } }]
    })
    if (writes.length > 0) await db.collection<Row>(collection).bulkWrite(writes, { session, ordered: true })
    return rows.length < size ? null : (rows.at(-1)?._id ?? null)
  },
})
