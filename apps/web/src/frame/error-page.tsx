'use client'

import { Button, EmptyState } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { RequestId } from '../patterns/fault-note.tsx'

const digestOf = (error: unknown) =>
  error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null

export const ErrorPage = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <EmptyState
    py={64}
    role="alert"
    icon={<IconAlertTriangle size={36} stroke={1.4} />}
    title="This page failed"
    description="Something failed on our side. Nothing you saved is lost."
  >
    <EmptyState.Actions>
      <Button onClick={onRetry}>Try again</Button>
    </EmptyState.Actions>
    <RequestId id={digestOf(error)} />
  </EmptyState>
)
