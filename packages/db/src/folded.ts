import { fold } from '@insula/contracts'
import mongoose, { type Query, type Schema } from 'mongoose'

const fieldsOf = new WeakMap<Schema, readonly string[]>()

/**
 * Keeps beside each of these fields, under `folded`, what a search compares: `{ name, folded: { name } }`. A row that was
 * stored before has none until `foldOlderRows` has come by.
 */
export function foldedFields(schema: Schema, fields: readonly string[]): void {
  fieldsOf.set(schema, fields)
  schema.add({ folded: Object.fromEntries(fields.map((field) => [field, { type: String }])) })
  schema.pre('validate', function () {
    for (const field of fields) {
      const text: unknown = this.get(field)
      if (typeof text === 'string') this.set(`folded.${field}`, fold(text))
    }
  })
  schema.pre(['updateOne', 'updateMany', 'findOneAndUpdate'], function (this: Query<unknown, unknown>) {
    const update = this.getUpdate()
    if (!update || Array.isArray(update)) return
    const changed = { ...update, ...(update.$set as Record<string, unknown> | undefined) }
    for (const field of fields) {
      const text = changed[field]
      if (typeof text === 'string') this.set(`folded.${field}`, fold(text))
    }
  })
}

const foldedAtOnce = 500

/** What stands at a path such as `target.name`. */
const textAt = (row: object, path: string) =>
  String(
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], row),
  )

/** Folds what was stored before folding was. Safe to run at any time and by several; returns how many rows it changed. */
export async function foldOlderRows(): Promise<number> {
  let changed = 0
  for (const { schema, collection } of Object.values(mongoose.models)) {
    for (const field of fieldsOf.get(schema) ?? []) {
      const older = { [field]: { $type: 'string' as const }, [`folded.${field}`]: null }
      for await (const row of collection
        .find(older)
        .project({ [field]: 1 })
        .batchSize(foldedAtOnce)) {
        // By the text as well: what was renamed meanwhile has been folded with its new name.
        const text = textAt(row, field)
        const folded = await collection.updateOne(
          { _id: row._id, [field]: text },
          { $set: { [`folded.${field}`]: fold(text) } },
        )
        changed += folded.modifiedCount
      }
    }
  }
  return changed
}
