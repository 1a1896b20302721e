'use client'

import type { Session } from '@insula/contracts'
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { Time } from '../../patterns/time.tsx'
import { programOf } from './program-of.ts'

/** Where one is signed in; whatever is not oneself is signed out within a second. */
export const SessionsCard = () => {
  const api = useApi()
  const queryClient = useQueryClient()
  const sessions = useQuery(api.identity.listSessions.queryOptions())
  const done = {
    onSuccess: () => {
      notify('Signed out')
      return queryClient.invalidateQueries({ queryKey: api.identity.listSessions.pathKey() })
    },
    onError: notifyFault,
  }
  const revoke = useMutation(api.identity.revokeSession.mutationOptions(done))
  const revokeOthers = useMutation(api.identity.revokeOtherSessions.mutationOptions(done))

  return (
    <Card>
      <Group justify="space-between" mb="md">
        <Title order={2}>Sessions</Title>
        <Button
          size="xs"
          variant="default"
          loading={revokeOthers.isPending}
          disabled={!sessions.data || sessions.data.length < 2}
          onClick={() => revokeOthers.mutate()}
        >
          Sign out everywhere else
        </Button>
      </Group>
      {sessions.isError ? (
        <LoadFault error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : sessions.data ? (
        <Stack gap="md">
          {sessions.data.map((session) => (
            <Line
              key={session.id}
              session={session}
              pending={revoke.isPending && revoke.variables.sessionId === session.id}
              onRevoke={() => revoke.mutate({ sessionId: session.id })}
            />
          ))}
        </Stack>
      ) : (
        <Skeleton height={44} />
      )}
    </Card>
  )
}

const Line = ({
  session,
  pending,
  onRevoke,
}: {
  session: Session
  pending: boolean
  onRevoke: () => void
}) => (
  <Group justify="space-between" wrap="nowrap">
    <div style={{ minWidth: 0 }}>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" fw={550} truncate>
          {programOf(session.userAgent)}
        </Text>
        {session.current ? <Badge color="green">This one</Badge> : null}
      </Group>
      <Text size="xs" c="dimmed">
        {session.ipAddress ? `${session.ipAddress} · ` : ''}signed in <Time at={session.createdAt} />, last
        seen <Time at={session.updatedAt} />
      </Text>
    </div>
    {session.current ? null : (
      <Button
        size="xs"
        variant="default"
        flex="none"
        loading={pending}
        aria-label={`Sign out ${programOf(session.userAgent)}`}
        onClick={onRevoke}
      >
        Sign out
      </Button>
    )}
  </Group>
)
