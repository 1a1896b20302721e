'use client'

import type { ApiKey } from '@insula/contracts'
import { Badge, Button, Code, EmptyState, Text, Tooltip } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { confirm } from '../../patterns/confirm.tsx'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { NewKeyModal } from './new-key-modal.tsx'

const Scopes = ({ scopes }: { scopes: ApiKey['scopes'] }) => (
  <Tooltip label={scopes.join(', ')} multiline maw={320}>
    <Text size="sm" component="span">
      {scopes.length === 1 ? scopes[0] : `${scopes.length} scopes`}
    </Text>
  </Tooltip>
)

const Expiry = ({ expiresAt }: { expiresAt: string | null }) => {
  if (!expiresAt)
    return (
      <Text size="sm" component="span" c="dimmed">
        Never
      </Text>
    )
  return Date.parse(expiresAt) < Date.now() ? <Badge color="gray">Expired</Badge> : <Time at={expiresAt} />
}

const Revoke = ({ apiKey }: { apiKey: ApiKey }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const mayWrite = useMay('api-keys:write')
  const revoke = useMutation(
    api.access.revokeApiKey.mutationOptions({
      onSuccess: () => {
        notify(`${apiKey.name} is revoked`)
        return queryClient.invalidateQueries({ queryKey: api.access.pathKey() })
      },
      onError: notifyFault,
    }),
  )
  if (!mayWrite) return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Revoke ${apiKey.name}`}
      loading={revoke.isPending}
      onClick={() =>
        confirm({
          title: (
            <>
              Revoke <bdi>{apiKey.name}</bdi>?
            </>
          ),
          consequence:
            'Programs that use this key are refused within a second. Keys that it made and invitations that it sent and that are still open end with it. It cannot be brought back.',
          action: 'Revoke key',
          onConfirm: () => revoke.mutate({ apiKeyId: apiKey.id }),
        })
      }
    >
      Revoke
    </Button>
  )
}

const columns: Column<ApiKey>[] = [
  {
    key: 'name',
    head: 'Name',
    card: 'title',
    cell: (apiKey) => (
      <Text size="sm" fw={550}>
        <bdi>{apiKey.name}</bdi>
      </Text>
    ),
  },
  { key: 'prefix', head: 'Key', card: 'fact', cell: (apiKey) => <Code>{apiKey.prefix}…</Code> },
  { key: 'scopes', head: 'Scopes', card: 'left-out', cell: (apiKey) => <Scopes scopes={apiKey.scopes} /> },
  { key: 'by', head: 'Created by', card: 'left-out', cell: (apiKey) => apiKey.createdBy.name },
  {
    key: 'used',
    head: 'Last used',
    card: 'left-out',
    cell: ({ lastUsedAt }) =>
      lastUsedAt ? (
        <Time at={lastUsedAt} />
      ) : (
        <Text size="sm" component="span" c="dimmed">
          Never
        </Text>
      ),
  },
  {
    key: 'expires',
    head: 'Expires',
    card: 'fact',
    cardLabel: 'Expires',
    cell: (apiKey) => <Expiry expiresAt={apiKey.expiresAt} />,
  },
  {
    key: 'actions',
    head: 'Actions',
    bare: true,
    align: 'end',
    width: 90,
    card: 'corner',
    cell: (apiKey) => <Revoke apiKey={apiKey} />,
  },
]

export const ApiKeysPage = () => {
  const mayWrite = useMay('api-keys:write')
  const dialog = useFilters(['create'])
  const apiKeys = useQuery(useApi().access.listApiKeys.queryOptions())
  const create = () => dialog.set({ create: '1' })
  return (
    <>
      <PageHead
        title="API keys"
        about={
          <>
            With a key your own programs do what the console does. See the{' '}
            <a href="/api/reference" style={{ color: 'inherit' }}>
              API reference
            </a>
            .
          </>
        }
        actions={
          <>
            <ApiCall method="GET" path="/api-keys" scope="api-keys:read" />
            {mayWrite ? (
              <Button leftSection={<IconPlus size={16} />} onClick={create}>
                Create key
              </Button>
            ) : null}
          </>
        }
      />
      {apiKeys.isError ? (
        <LoadFault error={apiKeys.error} onRetry={() => void apiKeys.refetch()} />
      ) : apiKeys.data?.length === 0 ? (
        <EmptyState
          py={56}
          icon={<IconKey size={36} stroke={1.4} />}
          title="No API keys yet"
          description="A key belongs to the tenant, not to a person, and holds only the scopes you give it."
        >
          {mayWrite ? (
            <EmptyState.Actions>
              <Button variant="default" onClick={create}>
                Create the first key
              </Button>
            </EmptyState.Actions>
          ) : null}
        </EmptyState>
      ) : (
        <DataTable
          label="API keys"
          columns={columns}
          rows={apiKeys.data}
          keyOf={(apiKey) => apiKey.id}
          expected={3}
        />
      )}
      {mayWrite ? (
        <NewKeyModal opened={dialog.values.create === '1'} onClose={() => dialog.set({ create: null })} />
      ) : null}
    </>
  )
}
