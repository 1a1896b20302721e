'use client'

import type { ApiKey } from '@insula/contracts'
import { Badge, Button, Code, Text, Tooltip } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi, useApiClient } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { confirm } from '../../patterns/confirm.tsx'
import type { Column } from '../../patterns/data-table.tsx'
import type { ListFilter } from '../../patterns/list-filter.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { Time } from '../../patterns/time.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useList } from '../../patterns/use-list.ts'
import { hasExpired, keysFor, keysShape } from './keys.ts'

const NewKeyModal = dynamic(() => import('./new-key-modal.tsx').then((module) => module.NewKeyModal), {
  ssr: false,
})

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
  return hasExpired({ expiresAt }) ? <Badge color="gray">Expired</Badge> : <Time at={expiresAt} />
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
    sort: 'name',
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
    key: 'created',
    head: 'Created',
    card: 'left-out',
    align: 'end',
    sort: 'created',
    cell: (apiKey) => <Time at={apiKey.createdAt} />,
  },
  {
    key: 'used',
    head: 'Last used',
    card: 'left-out',
    align: 'end',
    sort: 'used',
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
    align: 'end',
    sort: 'expires',
    sortWords: ['soonest', 'latest'],
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

const filters: ListFilter[] = [
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    any: 'Any state',
    options: [
      { value: 'active', label: 'Active' },
      { value: 'expired', label: 'Expired' },
    ],
  },
]

const whatRevokingEnds =
  'Programs that use these keys are refused within a second. Keys that they made and invitations that they sent and that are still open end with them. They cannot be brought back.'

export const ApiKeysPage = () => {
  const mayWrite = useMay('api-keys:write')
  const dialog = useFilters(['create'])
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const list = useList(keysShape)
  const apiKeys = useQuery(api.access.listApiKeys.queryOptions())
  const revoke = async ({ id }: ApiKey) => {
    await client.access.revokeApiKey.mutate({ apiKeyId: id })
    void queryClient.invalidateQueries({ queryKey: api.access.pathKey() })
  }
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
      <ListPage
        name="api-keys"
        label="API keys"
        noun={['API key', 'API keys']}
        list={list}
        source={apiKeys}
        rows={apiKeys.data && keysFor(apiKeys.data, list)}
        columns={columns}
        keyOf={(apiKey) => apiKey.id}
        nameOf={(apiKey) => apiKey.name}
        search="Search by name or key"
        filters={filters}
        bulk={
          mayWrite
            ? [
                {
                  label: 'Revoke',
                  danger: true,
                  takes: () => true,
                  run: revoke,
                  done: ['API key is revoked', 'API keys are revoked'],
                  consequence: whatRevokingEnds,
                },
              ]
            : []
        }
        expected={3}
        empty={{
          icon: <IconKey size={36} stroke={1.4} />,
          title: 'No API keys yet',
          description: 'A key belongs to the tenant, not to a person, and holds only the scopes you give it.',
          action: mayWrite ? (
            <Button variant="default" onClick={create}>
              Create the first key
            </Button>
          ) : null,
        }}
      />
      {mayWrite && dialog.values.create === '1' ? (
        <NewKeyModal opened onClose={() => dialog.set({ create: null })} />
      ) : null}
    </>
  )
}
