import { z } from 'zod'

/** What every list takes: how many rows, and where the page before it ended. */
export const PageInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4_000).optional().describe('`nextCursor` of the page before'),
})

/**
 * What a list may be sorted by: one of `names`, a minus before it for descending. Left out it is the first of them,
 * descending. A cursor goes on in the order that it was given in, so both are sent together.
 */
export const sortBy = <const Name extends string>(names: readonly [Name, ...Name[]]) =>
  z
    .enum(names.flatMap((name): Sort<Name>[] => [name, `-${name}`]))
    .optional()
    .describe(`\`-\` in front is descending. Left out: \`-${names[0]}\``)

export type Sort<Name extends string> = Name | `-${Name}`

/** One page of a list. `nextCursor` is null on the last page. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** What a call takes that needs nothing to be told: nothing, or an empty object. */
export const NoInput = z.strictObject({}).optional()

/** An instant as ISO 8601 in UTC, such as `2026-11-21T08:35:00.000Z`. */
export const Instant = z.iso.datetime()

/** An instant as it may be given: RFC 3339, in any offset. It is read as UTC. */
export const GivenInstant = z.iso
  .datetime({
    offset: true,
    error: 'Not an instant, such as 2026-11-21T08:35:00Z or 2026-11-21T09:35:00+01:00',
  })
  .transform((text) => new Date(text).toISOString())
