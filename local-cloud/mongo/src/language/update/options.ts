import type { Collation } from '../collation.ts'
import type { Match } from '../match.ts'
import type { Doc, Value } from '../value.ts'

export interface UpdateOptions {
  arrayFilters?: readonly Doc[] | undefined
  /** The compiled query, which tells what `$` in a path stands for. */
  filter?: Match | undefined
  /** Whether the document is being made by an upsert, so that `$setOnInsert` counts. */
  isUpsertInsert?: boolean | undefined
  now?: Date | undefined
  collation?: Collation | undefined
  /** The variables of a pipeline update. */
  vars?: ReadonlyMap<string, Value | undefined> | undefined
}
