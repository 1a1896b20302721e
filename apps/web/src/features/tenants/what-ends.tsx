'use client'

import type { RemovalPreview } from '@insula/contracts'
import { List, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { useApi } from '../../api/client.ts'

type Ends = z.infer<typeof RemovalPreview>

/** The keys and invitations that end, by name. */
export const EndsList = ({ apiKeys, invitations }: Ends) => (
  <List size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
    {apiKeys.map(({ id, name }) => (
      <List.Item key={id}>
        API key <bdi>{name}</bdi>
      </List.Item>
    ))}
    {invitations.map(({ id, email, role }) => (
      <List.Item key={id}>
        Invitation of {email} as {role}
      </List.Item>
    ))}
  </List>
)

export const endsNothing = ({ apiKeys, invitations }: Ends) => apiKeys.length + invitations.length === 0

/** In the dialog before a removal: which keys and invitations of the member end with it. */
export const WhatEnds = ({ memberId }: { memberId: string }) => {
  const api = useApi()
  const ends = useQuery(api.tenants.previewRemoval.queryOptions({ memberId }, { staleTime: 0 }))
  if (ends.isPending) return <Loader size="xs" mt="xs" role="img" aria-label="Loading" />
  if (ends.isError)
    return (
      <Text size="sm" mt="xs" component="div">
        The API keys they made and the invitations they sent end, too.
      </Text>
    )
  if (endsNothing(ends.data)) return null
  return (
    <Text size="sm" mt="xs" component="div">
      What they gave ends with it:
      <EndsList {...ends.data} />
    </Text>
  )
}
