import { fold, type Page, Refusal } from '@insula/contracts'

/**
 * Turns a cursor into the filter for the rows after it. A cursor is the id of the last row, which sorts by time; it is
 * only ever used together with the tenant, so a foreign one reveals nothing.
 */
export function afterCursor(cursor: string | undefined, prefix: string): { _id?: { $lt: string } } {
  if (cursor === undefined) return {}
  requireCursor(cursor, prefix)
  return { _id: { $lt: cursor } }
}

/** Refuses what cannot be the id of a row of the list. */
export function requireCursor(cursor: string, prefix: string): void {
  if (!new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(cursor)) throw notACursor()
}

export const notACursor = () =>
  new Refusal('invalid', 'This cursor is not one of this list. Start again without it.', { field: 'cursor' })

/** Makes a page of `limit + 1` rows that were read newest first: the surplus row tells that there is more. */
export function pageOf<Doc extends { _id: string }, Item>(
  docs: Doc[],
  limit: number,
  present: (doc: Doc) => Item,
): Page<Item> {
  const shown = docs.slice(0, limit)
  return { items: shown.map(present), nextCursor: docs.length > limit ? (shown.at(-1)?._id ?? null) : null }
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/**
 * The filter for rows that hold the text in one of `fields`, however either is typed; see `fold`. Rows that were stored
 * before folding was are compared by their letters.
 */
export function containing(search: string, fields: readonly string[]) {
  const folded = new RegExp(escaped(fold(search)))
  const typed = new RegExp(`${escaped(search)}|${escaped(search.normalize('NFD'))}`, 'i')
  return {
    $or: fields.flatMap((field) => [
      { [`folded.${field}`]: folded },
      { [`folded.${field}`]: null, [field]: typed },
    ]),
  }
}
