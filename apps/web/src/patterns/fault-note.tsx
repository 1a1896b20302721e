'use client'

import { Alert, Anchor, Button, Code, EmptyState, Text } from '@mantine/core'
import { IconAlertCircle, IconPlugConnectedX } from '@tabler/icons-react'
import { type Fault, faultOf } from '../api/refusal.ts'
import { LimitNote } from './limit-note.tsx'

export const RequestId = ({ id }: { id: string | null }) =>
  id ? (
    <Text size="xs" c="dimmed" mt={6} component="span" display="block">
      Request <Code>{id}</Code>
    </Text>
  ) : null

/** Why an action was refused or failed, where the action was. A met limit names the plan that lifts it. */
export const FaultNote = ({ fault }: { fault: Fault | null }) => {
  if (!fault) return null
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
      <Text size="sm">{fault.message}</Text>
      {fault.details.limit ? <LimitNote limit={fault.details.limit} upgrade={fault.details.upgrade} /> : null}
      {fault.code === 'email_unverified' ? (
        <Anchor href="/verify-email">Verify your e-mail address</Anchor>
      ) : null}
      {fault.code === 'internal' ? <RequestId id={fault.requestId} /> : null}
    </Alert>
  )
}

/** In place of a list or page that could not be loaded. */
export const LoadFault = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => {
  const fault = faultOf(error)
  return (
    <EmptyState
      py="xl"
      icon={<IconPlugConnectedX size={32} stroke={1.4} />}
      title="This could not be loaded"
      description={fault.message}
      role="alert"
    >
      <EmptyState.Actions>
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      </EmptyState.Actions>
      <RequestId id={fault.requestId} />
    </EmptyState>
  )
}
