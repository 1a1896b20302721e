'use client'

import { Button, Popover } from '@mantine/core'
import { IconBookmark } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import { useSearchParams } from 'next/navigation'
import { viewOf } from './list-address.ts'
import classes from './list-page.module.css'
import { useSavedViews } from './saved-views.ts'
import type { List } from './use-list.ts'

const load = () => import('./views-panel.tsx').then((module) => module.ViewsPanel)
const ViewsPanel = dynamic(load, { ssr: false })

/** The views that somebody keeps of a list; the button is called by the one that is open. */
export const ListViews = ({ name, list }: { name: string; list: List }) => {
  const kept = useSavedViews(name)
  const current = viewOf(new URLSearchParams(useSearchParams()), list.names)
  const chosen = kept.views.find(({ query }) => query === current)
  return (
    <Popover position="bottom-end" width={280} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBookmark size={16} />}
          classNames={{ label: classes.optional }}
          onPointerEnter={() => void load()}
          onFocus={() => void load()}
        >
          {chosen?.name ?? 'Views'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved views">
        <ViewsPanel name={name} list={list} kept={kept} current={current} />
      </Popover.Dropdown>
    </Popover>
  )
}
