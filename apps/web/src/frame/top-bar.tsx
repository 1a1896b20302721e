'use client'

import { ActionIcon, Breadcrumbs, Burger, Group, Kbd, Text, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { usePathname } from 'next/navigation'
import { useMe } from '../api/me.ts'
import { AccountMenu } from './account-menu.tsx'
import classes from './frame.module.css'
import { placeAt } from './navigation.ts'

interface TopBarProps {
  navOpened: boolean
  onToggleNav: () => void
  onSearch: () => void
}

export const TopBar = ({ navOpened, onToggleNav, onSearch }: TopBarProps) => {
  const { tenant } = useMe()
  const place = placeAt(usePathname())
  return (
    <>
      <Burger hiddenFrom="sm" size="sm" opened={navOpened} onClick={onToggleNav} aria-label="Navigation" />
      <Breadcrumbs
        separator="/"
        separatorMargin={8}
        flex={1}
        miw={0}
        className={classes.breadcrumb}
        aria-label="Breadcrumb"
      >
        <Text size="sm" c="dimmed" truncate lh={1.6} title={tenant?.name}>
          <bdi>{tenant?.name ?? 'Insula'}</bdi>
        </Text>
        {place ? (
          <Text size="sm" fw={550} lh={1.6} flex="none">
            {place.label}
          </Text>
        ) : null}
      </Breadcrumbs>
      <Group gap="sm" wrap="nowrap">
        <UnstyledButton className={classes.searchButton} visibleFrom="sm" onClick={onSearch}>
          <IconSearch size={15} stroke={1.8} aria-hidden="true" />
          <span style={{ flex: 1 }}>Search or jump to…</span>
          <Kbd size="xs">Ctrl K</Kbd>
        </UnstyledButton>
        <ActionIcon hiddenFrom="sm" size="lg" aria-label="Search or jump to" onClick={onSearch}>
          <IconSearch size={18} />
        </ActionIcon>
        <AccountMenu />
      </Group>
    </>
  )
}
