'use client'

import { Group, Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { MoreRoom } from '../../patterns/more-room.tsx'
import { formatBytes } from '../../patterns/quantity.ts'

/** How much of the plan's storage is taken. Nearing the end, it says what to do. */
export const UsageLine = () => {
  const usage = useQuery(useApi().files.usage.queryOptions())
  const mayUpload = useMay('files:write')
  if (!usage.data) return <div style={{ height: 20 }} />
  const { used, limit, maxFileBytes } = usage.data
  const share = (used / limit) * 100
  return (
    <Group gap="sm" mih={20}>
      <Progress
        w={140}
        value={share}
        color={share > 90 ? 'red' : 'gray.6'}
        aria-label={`${formatBytes(used)} of ${formatBytes(limit)} used`}
      />
      <Text size="xs" c="dimmed" className="tabular">
        {formatBytes(used)} of {formatBytes(limit)} used · up to {formatBytes(maxFileBytes)} a file
      </Text>
      {share > 80 && mayUpload ? (
        <Text size="xs" c="dimmed">
          <MoreRoom limit="storage-bytes" label="Get more room" />
        </Text>
      ) : null}
    </Group>
  )
}
