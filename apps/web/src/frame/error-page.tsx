'use client'

import { Anchor, Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { signOut } from '../features/identity/shared/sign-out.ts'
import { RequestId } from '../patterns/fault-note.tsx'
import { loadAnew } from '../patterns/leaving.ts'
import { isMissingPart, takeNewRelease } from '../patterns/new-release.ts'
import { WholePage } from './whole-page.tsx'

const digestOf = (error: unknown) =>
  error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null

/** In place of a page that failed: why, and the ways on; nobody can sign out of what does not answer. One whose part a new release took away loads by itself. */
export const ErrorPage = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => {
  const missing = isMissingPart(error)
  const [renewing, setRenewing] = useState(missing)
  useEffect(() => {
    if (missing) void takeNewRelease().then(setRenewing)
  }, [missing])
  if (renewing) return null
  const away = digestOf(error) === 'unavailable'
  return (
    <WholePage
      role="alert"
      icon={<IconAlertTriangle size={36} stroke={1.4} />}
      title={
        missing
          ? 'A part of this page could not be loaded'
          : away
            ? 'This could not be checked just now'
            : 'This page failed'
      }
      actions={
        <>
          <Button onClick={missing ? loadAnew : onRetry}>Try again</Button>
          <Button component={Link} href="/" variant="default">
            Go to Home
          </Button>
          {away ? null : (
            <Anchor component="button" type="button" size="sm" onClick={() => void signOut()}>
              Sign out
            </Anchor>
          )}
        </>
      }
    >
      {missing
        ? 'Perhaps there is no connection just now. What you typed is kept.'
        : away
          ? 'Something this page needs did not answer in time. Try again in a moment; what you typed is kept.'
          : 'Something failed on our side. Nothing you saved is lost, and what you typed is kept.'}
      <RequestId id={away ? null : digestOf(error)} />
    </WholePage>
  )
}
