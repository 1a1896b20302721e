'use client'

import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import Link from 'next/link'
import { useMe } from '../api/me.ts'
import { signOut } from '../features/identity/shared/sign-out.ts'
import { initialsOf } from '../patterns/initials.ts'

const schemes = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** The person: their account, the console's look, and the way out. */
export const AccountMenu = () => {
  const { user } = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu width={248} position="bottom-end" shadow="md" closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>Account of {user.name}</VisuallyHidden>
          <Avatar size={32} radius="xl" color="gray" variant="light" aria-hidden="true">
            {initialsOf(user.name) || null}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="sm" fw={600} px="sm" pt="xs" truncate>
          <bdi>{user.name}</bdi>
        </Text>
        <Text size="xs" c="dimmed" px="sm" pb="xs" truncate>
          {user.email}
        </Text>
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href="/account"
          leftSection={<IconUserCircle size={16} />}
          closeMenuOnClick
        >
          Account
        </Menu.Item>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
        >
          <Menu.Label>Theme</Menu.Label>
          {schemes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
