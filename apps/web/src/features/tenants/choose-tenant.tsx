'use client'

import type { Me } from '@insula/contracts'
import { Button, Divider, Stack } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useSwitchTenant } from './shared/use-switch-tenant.ts'

/** For whoever belongs to tenants but is in none: go on with one of them. */
export const ChooseTenant = ({ memberships }: { memberships: Me['memberships'] }) => {
  const switchTenant = useSwitchTenant()
  return (
    <Stack gap="xs">
      {memberships.map(({ tenantId, name }) => (
        <Button
          key={tenantId}
          variant="default"
          justify="space-between"
          rightSection={<IconArrowRight size={16} />}
          loading={switchTenant.isPending && switchTenant.variables.tenantId === tenantId}
          onClick={() => switchTenant.mutate({ tenantId })}
        >
          <bdi>{name}</bdi>
        </Button>
      ))}
      <Divider label="or create one" mt="xs" />
    </Stack>
  )
}
