'use client'

import { Card, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { EntryTable } from '../audit/shared/entry-table.tsx'

const shown = 10

/** What happened to one's own account, so that what one did not do stands out. */
export const ActivityCard = () => {
  const activity = useQuery(useApi().identity.listActivity.queryOptions())
  return (
    <Card>
      <Title order={2} mb={4}>
        Recent activity
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Something here that was not you? Change your password and sign out everywhere else.
      </Text>
      {activity.isError ? (
        <LoadFault error={activity.error} onRetry={() => void activity.refetch()} />
      ) : (
        <EntryTable label="Recent activity" entries={activity.data?.slice(0, shown)} />
      )}
    </Card>
  )
}
