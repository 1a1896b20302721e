'use client'

import { JobState, jobStates, type Queue } from '@insula/contracts'
import { SimpleGrid, Skeleton, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { Jobs } from './jobs.tsx'
import classes from './platform.module.css'

/** Each queue with how many jobs are in which state; a count opens its jobs. */
export const Queues = () => {
  const queues = useQuery(useApi().platform.listQueues.queryOptions(undefined, { refetchInterval: 3_000 }))
  const { values, set } = useFilters(['queue', 'state'])
  const state = JobState.safeParse(values.state).data ?? 'failed'

  if (queues.isError) return <LoadFault error={queues.error} onRetry={() => void queues.refetch()} />
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} mb="lg">
        {queues.data?.map((queue) => (
          <QueueCard
            key={queue.name}
            queue={queue}
            chosen={values.queue === queue.name ? state : null}
            onChoose={(next) => set({ queue: queue.name, state: next })}
          />
        )) ?? ['a', 'b', 'c'].map((key) => <Skeleton key={key} height={112} radius="md" />)}
      </SimpleGrid>
      {values.queue ? (
        <Jobs queue={values.queue} state={state} />
      ) : (
        <Text size="sm" c="dimmed">
          Choose a number to see its jobs.
        </Text>
      )}
    </>
  )
}

interface QueueCardProps {
  queue: Queue
  chosen: JobState | null
  onChoose: (state: JobState) => void
}

const numbers = new Intl.NumberFormat('en')

const QueueCard = ({ queue, chosen, onChoose }: QueueCardProps) => (
  <section className={classes.queue} aria-label={`Queue ${queue.name}`}>
    <Text fw={600} mb={8}>
      {queue.name}
    </Text>
    <div className={classes.counts}>
      {jobStates.map((state) => (
        <UnstyledButton
          key={state}
          className={classes.count}
          aria-pressed={chosen === state}
          data-alarming={(state === 'failed' && queue.counts[state] > 0) || undefined}
          onClick={() => onChoose(state)}
        >
          <span className="tabular">{numbers.format(queue.counts[state])}</span>
          <small>{state}</small>
        </UnstyledButton>
      ))}
    </div>
  </section>
)
