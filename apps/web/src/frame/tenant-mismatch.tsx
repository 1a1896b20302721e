'use client'

import { Button, Group, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApiClient } from '../api/client.ts'
import { useTenant } from '../api/me.ts'
import { useMismatch } from '../api/tenant-mismatch.ts'
import { hasUnsaved, leaveFor } from '../patterns/leaving.ts'
import { useSwitchTenant } from './use-switch-tenant.ts'

/** Stops a page whose tenant is no longer the session's, and offers both ways on. */
export const TenantMismatch = () => {
  const mismatched = useMismatch()
  return mismatched ? <MismatchModal /> : null
}

const MismatchModal = () => {
  const here = useTenant()
  const client = useApiClient()
  const { data: elsewhere } = useQuery({
    queryKey: ['identity.me', 'any tenant'],
    queryFn: () => client.identity.me.query(undefined, { context: { anyTenant: true } }),
  })
  const switchBack = useSwitchTenant(window.location.pathname + window.location.search)
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={`You switched to ${elsewhere?.tenant?.name ?? 'another tenant'} in another tab`}
    >
      <Text size="sm" c="dimmed">
        This page still shows {here.name}. Nothing you did here since then was carried out.
        {hasUnsaved()
          ? ` What you typed is kept in this tab, and put back when you return to ${here.name}.`
          : ''}
      </Text>
      <Group mt="lg" justify="flex-end">
        <Button
          variant="default"
          loading={switchBack.isPending}
          onClick={() => switchBack.mutate({ tenantId: here.id })}
        >
          Switch back to {here.name}
        </Button>
        <Button onClick={() => leaveFor('/')} data-autofocus>
          Go to {elsewhere?.tenant?.name ?? 'the other tenant'}
        </Button>
      </Group>
    </Modal>
  )
}
