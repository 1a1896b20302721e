'use client'

import { Skeleton, UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { MouseEvent, ReactNode } from 'react'
import classes from './data-table.module.css'

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
}

const cameFromControl = (event: MouseEvent) =>
  event.target instanceof Element &&
  event.target.closest('button, a, input, [role="menu"], [role="dialog"]') !== null

/** With a modifier held a link is for another tab or window. */
const opensElsewhere = (event: MouseEvent) => event.metaKey || event.ctrlKey || event.shiftKey || event.altKey

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
}: DataTableProps<Row>) => {
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
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-align={column.align}
                data-card={column.card}
                style={{ width: column.width }}
              >
                {column.bare ? <VisuallyHidden>{column.head}</VisuallyHidden> : column.head}
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
