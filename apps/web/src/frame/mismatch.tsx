'use client'

import type { Me } from '@insula/contracts'
import { Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useApiClient } from '../api/client.ts'
import { useWho } from '../api/me.ts'
import { useMismatch } from '../api/mismatch.ts'
import { hasUnsaved, leaveFor, loadAnew } from '../patterns/leaving.ts'
import { notifyFault } from '../patterns/notify.tsx'
import { StandingModal } from './standing-modal.tsx'
import { useGoOn } from './use-go-on.ts'

/** Stops a page that was made for another person, session or tenant than there is now, and offers the ways on. */
export const Mismatch = () => {
  const mismatched = useMismatch()
  return mismatched ? <Compare /> : null
}

const Compare = () => {
  const who = useWho()
  const client = useApiClient()
  const goOn = useGoOn()
  const { data: now } = useQuery({
    queryKey: ['identity.me', 'anybody'],
    queryFn: () => client.identity.me.query(undefined, { context: { anybody: true } }),
    gcTime: 0,
    staleTime: 0,
  })
  // Signed in anew in another tab, as the same person in the same tenant: the page goes on as if nothing was.
  const unchanged = now !== undefined && now.user.id === who?.user.id && now.tenant?.id === who?.tenant?.id
  useEffect(() => {
    if (unchanged) void goOn().catch(notifyFault)
  }, [unchanged, goOn])
  if (!now || unchanged) return null
  return <MismatchModal who={who} now={now} />
}

const MismatchModal = ({ who, now }: { who: Me | null; now: Me }) => {
  const samePerson = now.user.id === who?.user.id
  const here = samePerson ? (who?.tenant ?? null) : null
  const mayGoBack = here !== null && now.memberships.some(({ tenantId }) => tenantId === here.id)
  const elsewhere = now.tenant?.name ?? 'another tenant'
  const switchBack = useMutation({ mutationFn: useGoOn(), onError: notifyFault })
  return (
    <StandingModal
      zIndex={440}
      title={
        samePerson ? (
          <>
            You switched to <bdi>{elsewhere}</bdi> in another tab
          </>
        ) : (
          <>
            <bdi>{now.user.name}</bdi> signed in in another tab
          </>
        )
      }
    >
      <Text size="sm" c="dimmed">
        This page still shows {here ? <bdi>{here.name}</bdi> : 'what was there before'}. Nothing you did here
        since then was carried out.
        {hasUnsaved() && who
          ? ` What you typed is kept in this tab, and put back when ${samePerson ? 'you return' : `${who.user.name} returns`} to this form.`
          : ''}
      </Text>
      <Group mt="lg" justify="flex-end">
        {mayGoBack ? (
          <Button variant="default" loading={switchBack.isPending} onClick={() => switchBack.mutate()}>
            <span>
              Switch back to <bdi>{here.name}</bdi>
            </span>
          </Button>
        ) : null}
        <Button onClick={() => (who ? leaveFor('/') : loadAnew())} data-autofocus>
          <span>
            {samePerson ? 'Go to' : 'Go on as'}{' '}
            <bdi>{samePerson ? (now.tenant?.name ?? 'Insula') : now.user.name}</bdi>
          </span>
        </Button>
      </Group>
    </StandingModal>
  )
}
