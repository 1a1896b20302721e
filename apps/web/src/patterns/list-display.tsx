'use client'

import { Button, Popover } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import type { AnyColumn } from './list-columns.ts'
import classes from './list-page.module.css'
import type { List } from './use-list.ts'

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
