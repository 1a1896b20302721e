'use client'

import type { Dependency } from '@insula/contracts'
import { Badge, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import classes from './platform.module.css'

const names: Record<Dependency['name'], string> = {
  mongodb: 'MongoDB',
  redis: 'Redis',
  s3: 'Object store',
  stripe: 'Stripe',
  sendgrid: 'SendGrid',
}

/** What the product stands on, and whether it answers. Asked every ten seconds while the page is open. */
export const Health = () => {
  const health = useQuery(useApi().platform.health.queryOptions(undefined, { refetchInterval: 10_000 }))
  if (health.isError) return <LoadFault error={health.error} onRetry={() => void health.refetch()} />
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {health.data?.map((dependency) => (
        <div key={dependency.name} className={classes.dependency}>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Text fw={600}>{names[dependency.name]}</Text>
            <Text size="xs" c="dimmed" className={dependency.up ? 'tabular' : classes.detail}>
              {dependency.up
                ? `answers in ${Math.round(dependency.latencyMs)} ms`
                : (dependency.detail ?? 'no answer')}
            </Text>
          </div>
          <Badge color={dependency.up ? 'green' : 'red'}>{dependency.up ? 'Up' : 'Down'}</Badge>
        </div>
      )) ?? Object.keys(names).map((key) => <Skeleton key={key} height={70} radius="md" />)}
    </SimpleGrid>
  )
}
