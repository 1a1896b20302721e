'use client'

import { Button, Popover } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import type { Column } from './data-table.tsx'
import classes from './list-page.module.css'
import type { List } from './use-list.ts'

/** What of a column does not depend on what its rows are. */
export type AnyColumn = Pick<Column<never>, 'key' | 'head' | 'card' | 'bare' | 'align' | 'sort' | 'sortWords'>

/** Titles and actions always stand; the others may be left out. */
export const isOptional = (column: AnyColumn) => column.card !== 'title' && !column.bare

/** The columns that are shown: all, or those that were chosen. */
export const chosenColumns = <Row,>(columns: readonly Column<Row>[], chosen: readonly string[] | null) =>
  columns.filter((column) => chosen === null || !isOptional(column) || chosen.includes(column.key))

const load = () => import('./display-panel.tsx').then((module) => module.DisplayPanel)
const DisplayPanel = dynamic(load, { ssr: false })

/** How a list shows itself: its order, columns and page size. */
export const ListDisplay = ({ list, columns }: { list: List; columns: readonly AnyColumn[] }) => (
  <Popover position="bottom-end" width={260} trapFocus returnFocus>
    <Popover.Target>
      <Button
        variant="default"
        leftSection={<IconAdjustmentsHorizontal size={16} />}
        classNames={{ label: classes.optional }}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
      >
        Display
      </Button>
    </Popover.Target>
    <Popover.Dropdown aria-label="Display">
      <DisplayPanel list={list} columns={columns} />
    </Popover.Dropdown>
  </Popover>
)
