'use client'

import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconBuilding, IconDeviceDesktop, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useState } from 'react'
import { useMe } from '../api/me.ts'
import { useSwitchTenant } from '../features/tenants/shared/use-switch-tenant.ts'
import { mayLeave } from '../patterns/leaving.ts'
import type { ForPalette } from './features.ts'
import { accountPlaces, placesFor } from './navigation.ts'
import classes from './palette.module.css'
import { usePaletteSearch } from './use-palette-search.ts'

/** Enter does the first hit where the arrows have chosen none: newer hits take the library's own choice away. */
const actOnFirst = (event: KeyboardEvent<HTMLElement>) => {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
  const palette = event.currentTarget.closest('[role="dialog"]')
  if (palette?.querySelector('[data-selected]')) return
  palette?.querySelector<HTMLElement>('[data-action]')?.click()
}

/** Ctrl/Cmd-K: go anywhere, begin anything, find a file, a person, a bill, a key or a mail, switch tenant or theme. */
export const Palette = ({ creations, searches }: ForPalette) => {
  const me = useMe()
  const router = useRouter()
  const switchTenant = useSwitchTenant()
  const { setColorScheme } = useMantineColorScheme()
  const [query, setQuery] = useState('')
  const [search] = useDebouncedValue(query.trim(), 200)
  const { hits, searching } = usePaletteSearch(searches, search)
  // What was found for an earlier word is not shown, and so not acted on, while a later one is looked up.
  const settled = search === query.trim() && !searching

  const go = (href: Route) => async () => {
    if (await mayLeave()) router.push(href)
  }
  const icon = (Icon: typeof IconSun) => <Icon size={18} stroke={1.6} aria-hidden="true" />

  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Go to',
      actions: [...placesFor(me).flatMap((group) => group.places), ...accountPlaces].map((place) => ({
        id: place.href,
        label: place.label,
        leftSection: icon(place.icon),
        onClick: go(place.href),
      })),
    },
    {
      group: 'Create',
      actions: creations
        .filter(({ needs }) => !needs || me.tenant?.permissions.includes(needs))
        .map(({ id, label, icon: Icon, href }) => ({
          id,
          label,
          leftSection: icon(Icon),
          onClick: go(href),
        })),
    },
    ...(settled ? hits : []).map(({ group, icon: Icon, found }) => ({
      group,
      actions: found.map(({ id, label, description, href }) => ({
        id,
        label,
        description,
        // Found by the server or by more than is shown; Spotlight's own filter must not take it away again.
        keywords: query,
        leftSection: icon(Icon),
        onClick: go(href as Route),
      })),
    })),
    {
      group: 'Switch tenant',
      actions: me.memberships
        .filter((membership) => membership.tenantId !== me.tenant?.id)
        .map((membership) => ({
          id: membership.tenantId,
          label: membership.name,
          description: membership.role,
          leftSection: icon(IconBuilding),
          onClick: async () => {
            if (await mayLeave()) switchTenant.mutate({ tenantId: membership.tenantId })
          },
        })),
    },
    {
      group: 'Theme',
      actions: [
        {
          id: 'light',
          label: 'Light theme',
          leftSection: icon(IconSun),
          onClick: () => setColorScheme('light'),
        },
        {
          id: 'dark',
          label: 'Dark theme',
          leftSection: icon(IconMoon),
          onClick: () => setColorScheme('dark'),
        },
        {
          id: 'auto',
          label: 'Theme of the system',
          leftSection: icon(IconDeviceDesktop),
          onClick: () => setColorScheme('auto'),
        },
      ],
    },
  ]

  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      centered={false}
      overlayProps={{ blur: 0 }}
      classNames={{ actionsGroup: classes.group }}
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      nothingFound={
        settled ? 'Nothing found. Try the name of a page, a file, a person or a tenant.' : 'Searching…'
      }
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: 'Search or jump to…',
        'aria-label': 'Search or jump to',
        onKeyDown: actOnFirst,
      }}
    />
  )
}
