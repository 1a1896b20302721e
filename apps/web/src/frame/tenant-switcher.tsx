'use client'

import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react'
import Link from 'next/link'
import { useMe } from '../api/me.ts'
import { useSwitchTenant } from '../features/tenants/shared/use-switch-tenant.ts'
import { initialsOf } from '../patterns/initials.ts'
import { mayLeave } from '../patterns/leaving.ts'
import classes from './frame.module.css'

const Logo = ({ name }: { name: string }) => (
  <Avatar size={28} radius="sm" variant="filled" color="gray.8" aria-hidden="true" alt="">
    {initialsOf(name)}
  </Avatar>
)

/** Which tenant one is in, its plan, and the way to the others. */
export const TenantSwitcher = () => {
  const { tenant, memberships } = useMe()
  const switchTenant = useSwitchTenant()
  const choose = async (tenantId: string) => {
    if (await mayLeave()) switchTenant.mutate({ tenantId })
  }
  return (
    <Menu width={260} position="bottom-start" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.switcher}>
          <VisuallyHidden>{tenant ? 'Switch tenant, now in ' : 'Choose a tenant: '}</VisuallyHidden>
          <Logo name={tenant?.name ?? 'Insula'} />
          <div className={classes.switcherText}>
            <Text size="sm" fw={600} truncate lh={1.3}>
              <bdi>{tenant?.name ?? 'No tenant'}</bdi>
            </Text>
            <Text size="xs" c="dimmed" lh={1.3} truncate>
              {tenant ? `${tenant.planName} plan` : 'Platform only'}
            </Text>
          </div>
          <IconSelector size={16} stroke={1.6} className={classes.switcherChevron} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {memberships.length > 0 ? <Menu.Label>Your tenants</Menu.Label> : null}
        {memberships.map((membership) => {
          const here = membership.tenantId === tenant?.id
          return (
            <Menu.Item
              key={membership.tenantId}
              leftSection={<Logo name={membership.name} />}
              rightSection={here ? <IconCheck size={16} aria-label="You are here" /> : null}
              disabled={switchTenant.isPending}
              onClick={() => !here && void choose(membership.tenantId)}
            >
              <Text size="sm" truncate>
                <bdi>{membership.name}</bdi>
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {membership.planName} · {membership.role}
              </Text>
            </Menu.Item>
          )
        })}
        <Menu.Divider />
        <Menu.Item component={Link} href="/onboarding?new=1" leftSection={<IconPlus size={16} />}>
          New tenant
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
