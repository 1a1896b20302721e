'use client'

import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { RequestId } from '../patterns/fault-note.tsx'
import { WholePage } from './whole-page.tsx'

const digestOf = (error: unknown) =>
  error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null

export const ErrorPage = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <WholePage
    role="alert"
    icon={<IconAlertTriangle size={36} stroke={1.4} />}
    title="This page failed"
    actions={<Button onClick={onRetry}>Try again</Button>}
  >
    Something failed on our side. Nothing you saved is lost.
    <RequestId id={digestOf(error)} />
  </WholePage>
)
