import { z } from 'zod'

/** What every list takes: how many rows, and where the page before it ended. */
export const PageInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before'),
})

/** One page of a list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** An instant as ISO 8601 in UTC, such as `2026-11-21T08:35:00.000Z`. */
export const Instant = z.iso.datetime()
