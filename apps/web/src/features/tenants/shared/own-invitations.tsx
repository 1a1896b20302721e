'use client'

import { describeRole } from '@insula/contracts'
import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../../api/client.ts'
import { faultOf } from '../../../api/refusal.ts'
import { FaultNote } from '../../../patterns/fault-note.tsx'
import { leaveFor } from '../../../patterns/leaving.ts'

/** What waits for one's own address, first of all wherever one arrives; nothing where nothing waits. */
export const OwnInvitations = () => {
  const api = useApi()
  const queryClient = useQueryClient()
  const own = useQuery(api.tenants.listOwnInvitations.queryOptions())
  const anyTenant = { trpc: { context: { anyTenant: true } } }
  const refresh = () => queryClient.invalidateQueries({ queryKey: api.tenants.listOwnInvitations.pathKey() })
  const accept = useMutation(
    api.tenants.acceptInvitation.mutationOptions({
      ...anyTenant,
      onSuccess: () => leaveFor('/'),
      onError: refresh,
    }),
  )
  const decline = useMutation(
    api.tenants.declineInvitation.mutationOptions({ ...anyTenant, onSettled: refresh }),
  )
  const fault = accept.error ?? decline.error
  if (!own.data || (own.data.length === 0 && !fault)) return null
  const busy = accept.isPending || accept.isSuccess || decline.isPending
  const isFor = (variables: unknown, id: string) =>
    (variables as { invitationId?: string } | undefined)?.invitationId === id
  return (
    <Stack gap="xs" component="section" aria-label="Invitations for you">
      <FaultNote fault={fault ? faultOf(fault) : null} />
      {own.data.map(({ id, tenantName, invitedBy, role }) => (
        <Paper key={id} withBorder p="md" radius="md">
          <Group justify="space-between" gap="sm">
            <Text size="sm" style={{ flex: '1 1 220px', overflowWrap: 'anywhere' }}>
              <strong>
                <bdi>{invitedBy}</bdi>
              </strong>{' '}
              invites you to{' '}
              <strong>
                <bdi>{tenantName}</bdi>
              </strong>{' '}
              as {role}: {describeRole(role).toLowerCase()}.
            </Text>
            <Group gap="xs">
              <Button
                variant="default"
                size="compact-md"
                disabled={busy}
                loading={decline.isPending && isFor(decline.variables, id)}
                onClick={() => decline.mutate({ invitationId: id })}
              >
                Decline
              </Button>
              <Button
                size="compact-md"
                disabled={busy && !isFor(accept.variables, id)}
                loading={(accept.isPending || accept.isSuccess) && isFor(accept.variables, id)}
                onClick={() => accept.mutate({ invitationId: id })}
              >
                Accept
              </Button>
            </Group>
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}
