import type { Column } from './data-table.tsx'

/** What of a column does not depend on what its rows are. */
export type AnyColumn = Pick<Column<never>, 'key' | 'head' | 'card' | 'bare' | 'align' | 'sort' | 'sortWords'>

/** Titles and actions always stand; the others may be left out. */
export const isOptional = (column: AnyColumn) => column.card !== 'title' && !column.bare

/** The columns that are shown: all, or those that were chosen. */
export const chosenColumns = <Row>(columns: readonly Column<Row>[], chosen: readonly string[] | null) =>
  columns.filter((column) => chosen === null || !isOptional(column) || chosen.includes(column.key))
