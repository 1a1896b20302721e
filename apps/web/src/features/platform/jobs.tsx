'use client'

import { actsFor, type Job, type JobState, jobMachine, platformRoles } from '@insula/contracts'
import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { type Column, DataTable } from '../../patterns/data-table.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { Time } from '../../patterns/time.tsx'

const columns: Column<Job>[] = [
  {
    key: 'name',
    head: 'Job',
    card: 'title',
    cell: (job) => <strong style={{ fontWeight: 550 }}>{job.name}</strong>,
  },
  {
    key: 'failure',
    head: 'Last failure',
    card: 'fact',
    prose: true,
    cell: (job) => (
      <Text size="xs" c="dimmed" lineClamp={2}>
        {job.failure ?? '–'}
      </Text>
    ),
  },
  { key: 'attempts', head: 'Attempts', card: 'left-out', align: 'end', cell: (job) => job.attempts },
  { key: 'created', head: 'Created', card: 'fact', align: 'end', cell: (job) => <Time at={job.createdAt} /> },
  {
    key: 'actions',
    head: 'Actions',
    bare: true,
    align: 'end',
    card: 'fact',
    width: 170,
    cell: (job) => <Actions job={job} />,
  },
]

/** The jobs of one queue in one state. A row shows its payload. */
export const Jobs = ({ queue, state }: { queue: string; state: JobState }) => {
  const jobs = useQuery(useApi().platform.listJobs.queryOptions({ queue, state }, { refetchInterval: 3_000 }))
  const [opened, setOpened] = useState<Job | null>(null)
  if (jobs.isError) return <LoadFault error={jobs.error} onRetry={() => void jobs.refetch()} />
  return (
    <>
      <DataTable
        label={`Jobs of ${queue}, ${state}`}
        columns={columns}
        rows={jobs.data}
        keyOf={(job) => job.id}
        onOpen={setOpened}
        expected={3}
        foot={
          jobs.data ? (
            <span role="status">
              {jobs.data.length === 0 ? `Nothing is ${state} in ${queue}.` : `${jobs.data.length} ${state}`}
            </span>
          ) : null
        }
      />
      <Modal opened={opened !== null} onClose={() => setOpened(null)} title={opened?.name} size="lg">
        {opened ? (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {opened.id} · {opened.attempts} attempts{opened.tenantId ? ` · ${opened.tenantId}` : ''}
            </Text>
            {opened.failure ? <Text size="sm">{opened.failure}</Text> : null}
            <Code block tabIndex={0}>
              {JSON.stringify(opened.payload, null, 2)}
            </Code>
          </Stack>
        ) : null}
      </Modal>
    </>
  )
}

const Actions = ({ job }: { job: Job }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const { user } = useMe()
  const done = (message: string) => ({
    onSuccess: () => {
      notify(message)
      return queryClient.invalidateQueries({ queryKey: api.platform.pathKey() })
    },
    onError: notifyFault,
  })
  const retry = useMutation(api.platform.retryJob.mutationOptions(done('The job runs again')))
  const discard = useMutation(api.platform.discardJob.mutationOptions(done('The job is discarded')))
  const acts = actsFor(jobMachine, job.state, user.platformRole ? platformRoles[user.platformRole] : [])
  if (acts.length === 0) return null
  const ref = { queue: job.queue, jobId: job.id }
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {acts.includes('retry') ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={retry.isPending}
          onClick={() => retry.mutate(ref)}
        >
          Retry
        </Button>
      ) : null}
      {acts.includes('discard') ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={discard.isPending}
          onClick={() =>
            confirm({
              title: `Discard ${job.name}?`,
              consequence: 'What it was to do will not happen. This cannot be undone.',
              action: 'Discard job',
              onConfirm: () => discard.mutate(ref),
            })
          }
        >
          Discard
        </Button>
      ) : null}
    </Group>
  )
}
