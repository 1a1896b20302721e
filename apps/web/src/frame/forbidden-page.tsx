'use client'

import { permissions, platformPermissions, rolesWith } from '@insula/contracts'
import { Button, Code } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useMe } from '../api/me.ts'
import { placeAt } from './navigation.ts'
import { WholePage } from './whole-page.tsx'

const listed = (words: readonly string[]) =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(
    words.map((word) => `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`),
  )

/** The 403 page: which permission is missing, and who in this tenant holds it. */
export const ForbiddenPage = () => {
  const { tenant } = useMe()
  const place = placeAt(usePathname())
  const missing = place?.needs ?? place?.needsPlatform
  const meaning = place?.needs
    ? permissions[place.needs]
    : place?.needsPlatform
      ? platformPermissions[place.needsPlatform]
      : null

  return (
    <WholePage
      icon={<IconLock size={36} stroke={1.4} />}
      title={`You may not open ${place?.label ?? 'this page'}`}
      actions={
        <>
          {tenant?.permissions.includes('members:read') && place?.needs ? (
            <Button component={Link} href="/members">
              See who to ask
            </Button>
          ) : null}
          <Button component={Link} href="/" variant="default">
            Go to Home
          </Button>
        </>
      }
    >
      {tenant ? (
        <>
          As {tenant.role} of <bdi>{tenant.name}</bdi> you
        </>
      ) : (
        'You'
      )}{' '}
      don’t hold{' '}
      {missing ? (
        <>
          <Code>{missing}</Code> ({meaning?.toLowerCase()})
        </>
      ) : (
        'the permission for it'
      )}
      .{' '}
      {place?.needs ? (
        <>
          Ask {listed(rolesWith(place.needs))} of <bdi>{tenant?.name}</bdi>: they can change your role.
        </>
      ) : (
        'Only the people who run the platform can open it.'
      )}
    </WholePage>
  )
}
