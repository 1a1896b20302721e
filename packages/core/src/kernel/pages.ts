import { fold, type Page, Refusal, type Sort } from '@insula/contracts'

/** The order of a list: by a stored field, and by id among those that are alike in it. */
export interface Order {
  /** As `sort` of a query takes it. */
  by: Record<string, 1 | -1>
  /** The filter for the rows after a cursor of this order; a foreign one reveals nothing, since the tenant stands beside it. */
  after(cursor: string | undefined): QueryFilter
  /** Where a page ended, for the next. */
  cursorOf(doc: { _id: string }): string
}
type QueryFilter = Record<string, unknown>

/**
 * Reads a list's `sort`. `fields` says under which name each word of it is stored; that of the id sorts by time. Each
 * field wants an index with the id behind it. Rows without the field come first, descending last.
 */
export function orderOf<Name extends string>(
  sort: Sort<NoInfer<Name>> | undefined,
  fields: Record<Name, string>,
  prefix: string,
): Order {
  const [first = ''] = Object.keys(fields)
  const chosen: string = sort ?? `-${first}`
  const descending = chosen.startsWith('-')
  const field = fields[(descending ? chosen.slice(1) : chosen) as Name]
  const direction = descending ? -1 : 1
  const beyond = descending ? '$lt' : '$gt'
  if (field === '_id') {
    return {
      by: { _id: direction },
      after(cursor) {
        if (cursor === undefined) return {}
        requireCursor(cursor, prefix)
        return { _id: { [beyond]: cursor } }
      },
      cursorOf: ({ _id }) => _id,
    }
  }
  return {
    by: { [field]: direction, _id: direction },
    after(cursor) {
      if (cursor === undefined) return {}
      const [value, id] = readCursor(cursor, chosen, prefix)
      const alike = { [field]: value, _id: { [beyond]: id } }
      if (value === null) return descending ? alike : { $or: [alike, { [field]: { $ne: null } }] }
      const others = { [field]: { [beyond]: value } }
      return { $or: [alike, others, ...(descending ? [{ [field]: null }] : [])] }
    },
    cursorOf: (doc) =>
      Buffer.from(JSON.stringify([chosen, sortedValue(doc, field), doc._id])).toString('base64url'),
  }
}

type SortedValue = string | number | null

const isSorted = (value: unknown): value is SortedValue =>
  value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))

/** What stands at a path such as `folded.name`; null where another release wrote nothing, or something odd. */
function sortedValue(doc: object, path: string): SortedValue {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], doc)
  return isSorted(value) ? value : null
}

/** A cursor holds the order it is of, the value that the page ended with, and the id of that row. */
function readCursor(cursor: string, chosen: string, prefix: string): [SortedValue, string] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw notACursor()
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw notACursor()
  const [order, value, id] = parts as unknown[]
  if (order !== chosen || !isSorted(value) || typeof id !== 'string') throw notACursor()
  requireCursor(id, prefix)
  return [value, id]
}

/** Refuses what cannot be the id of a row of the list. */
export function requireCursor(cursor: string, prefix: string): void {
  if (!new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(cursor)) throw notACursor()
}

export const notACursor = () =>
  new Refusal('invalid', 'This cursor is not one of this list and order. Start again without it.', {
    field: 'cursor',
  })

/** Makes a page of `limit + 1` rows: the surplus row tells that there is more. Without an order the cursor is the last id. */
export function pageOf<Doc extends { _id: string }, Item>(
  docs: Doc[],
  limit: number,
  present: (doc: Doc) => Item,
  order: Pick<Order, 'cursorOf'> = { cursorOf: ({ _id }) => _id },
): Page<Item> {
  const shown = docs.slice(0, limit)
  const last = docs.length > limit ? shown.at(-1) : undefined
  return { items: shown.map((doc) => present(doc)), nextCursor: last ? order.cursorOf(last) : null }
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
