'use client'

import { Checkbox, Skeleton, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { MouseEvent, ReactNode } from 'react'
import classes from './data-table.module.css'
import { nextSort } from './list-address.ts'

export interface Column<Row> {
  key: string
  head: string
  cell: (row: Row) => ReactNode
  /** Numbers, money and actions stand at the end. */
  align?: 'end'
  width?: number | string
  /** Hides the head's text from sight, where the cells speak for themselves. */
  bare?: boolean
  /** Its part when rows become cards at phone width: the title, its corner, one of the facts, or left out (on tablets, too). */
  card: 'title' | 'corner' | 'fact' | 'left-out'
  /** Sentences, which may take several lines; all else but the title keeps to one. */
  prose?: true
  /** Says on a card what a fact is about, where it does not speak for itself. */
  cardLabel?: string
  /** What the list's `sort` calls it, where the list can be sorted by it. */
  sort?: string
  /** What comes first in that order and in its reverse, where that is neither a text nor a number. */
  sortWords?: [string, string]
}

/** Rows that were picked, for what is done to several. */
interface Selection<Row> {
  picked: ReadonlySet<string>
  onPick: (keys: readonly string[], picked: boolean) => void
  /** What a row is called to those who hear it. */
  nameOf: (row: Row) => string
}

interface DataTableProps<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[] | undefined
  keyOf: (row: Row) => string
  /** Opens a row in place; the title column then becomes its link, or its button where it has no address. */
  onOpen?: (row: Row) => void
  /** Where an opened row can be found again, such as `?mail=mai_…`: for a new tab, and for sending it on. */
  hrefOf?: (row: Row) => string
  /** How many rows the skeleton shows while `rows` is undefined. */
  expected?: number
  foot?: ReactNode
  /** For logs: lower rows. */
  dense?: boolean
  order?: { sort: string; onSort: (sort: string) => void }
  selection?: Selection<Row>
}

const cameFromControl = (event: MouseEvent) =>
  event.target instanceof Element &&
  event.target.closest('button, a, input, [data-card="pick"], [role="menu"], [role="dialog"]') !== null

/** With a modifier held a link is for another tab or window. */
const opensElsewhere = (event: MouseEvent) => event.metaKey || event.ctrlKey || event.shiftKey || event.altKey

const sortedBy = <Row,>({ sort }: Column<Row>, current: string | undefined) =>
  !sort || !current
    ? undefined
    : current === sort
      ? 'ascending'
      : current === `-${sort}`
        ? 'descending'
        : undefined

/** A column's head; pressed it sorts by the column, numbers and times from the last. */
const Head = <Row,>({ column, order }: Pick<DataTableProps<Row>, 'order'> & { column: Column<Row> }) => {
  const { sort, head, bare, align } = column
  if (bare) return <VisuallyHidden>{head}</VisuallyHidden>
  if (!sort || !order) return head
  const sorted = sortedBy(column, order.sort)
  const Arrow = sorted === 'ascending' ? IconArrowUp : IconArrowDown
  return (
    <UnstyledButton
      className={classes.sortHead}
      data-sorted={sorted}
      onClick={() => order.onSort(nextSort(order.sort, sort, align === 'end'))}
    >
      {head}
      <Arrow size={12} aria-hidden="true" />
    </UnstyledButton>
  )
}

/** A list: a table on a desk, cards in a hand, a skeleton of the same shape while it loads. */
export const DataTable = <Row,>({
  label,
  columns,
  rows,
  keyOf,
  onOpen,
  hrefOf,
  expected = 6,
  foot,
  dense,
  order,
  selection,
}: DataTableProps<Row>) => {
  const keys = rows?.map(keyOf) ?? []
  const picked = keys.filter((key) => selection?.picked.has(key)).length
  const content = (column: Column<Row>, row: Row) => {
    if (column.card !== 'title' || !onOpen) return column.cell(row)
    if (!hrefOf) {
      return (
        <UnstyledButton className={classes.rowButton} onClick={() => onOpen(row)}>
          {column.cell(row)}
        </UnstyledButton>
      )
    }
    return (
      <a
        className={classes.rowButton}
        href={hrefOf(row)}
        onClick={(event) => {
          if (opensElsewhere(event)) return
          event.preventDefault()
          onOpen(row)
        }}
      >
        {column.cell(row)}
      </a>
    )
  }

  return (
    <div className={classes.frame} aria-busy={rows === undefined}>
      <table className={classes.table} data-dense={dense} aria-label={label}>
        <thead>
          <tr>
            {selection ? (
              <th scope="col" data-card="pick" style={{ width: 40 }}>
                <Checkbox
                  size="xs"
                  aria-label="Select all that are shown"
                  disabled={keys.length === 0}
                  checked={picked > 0 && picked === keys.length}
                  indeterminate={picked > 0 && picked < keys.length}
                  onChange={(event) => selection.onPick(keys, event.currentTarget.checked)}
                />
              </th>
            ) : null}
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-align={column.align}
                data-card={column.card}
                style={{ width: column.width }}
                aria-sort={sortedBy(column, order?.sort)}
              >
                <Head column={column} order={order} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            ? rows.map((row) => (
                <tr
                  key={keyOf(row)}
                  className={onOpen ? classes.opens : undefined}
                  onClick={onOpen ? (event) => !cameFromControl(event) && onOpen(row) : undefined}
                >
                  {selection ? (
                    <td data-card="pick">
                      <Checkbox
                        size="xs"
                        aria-label={`Select ${selection.nameOf(row)}`}
                        checked={selection.picked.has(keyOf(row))}
                        onChange={(event) => selection.onPick([keyOf(row)], event.currentTarget.checked)}
                      />
                    </td>
                  ) : null}
                  {columns.map((column) => {
                    const shown = content(column, row)
                    return (
                      <td
                        key={column.key}
                        data-align={column.align}
                        data-card={column.card}
                        data-prose={column.prose}
                        data-label={column.cardLabel}
                        title={typeof shown === 'string' && shown.length > 20 ? shown : undefined}
                      >
                        {shown}
                      </td>
                    )
                  })}
                </tr>
              ))
            : Array.from({ length: expected }, (_, index) => `skeleton-${index}`).map((key) => (
                <tr key={key}>
                  {selection ? (
                    <td data-card="pick">
                      <Skeleton height={16} width={16} />
                    </td>
                  ) : null}
                  {columns.map((column) => (
                    <td key={column.key} data-align={column.align} data-card={column.card}>
                      <Skeleton
                        height={14}
                        width={column.card === 'title' ? '60%' : 72}
                        display="inline-block"
                      />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
      {foot ? <div className={classes.foot}>{rows ? foot : <Skeleton height={14} width={72} />}</div> : null}
    </div>
  )
}
