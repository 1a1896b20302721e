'use client'

import { describeRole, type User } from '@insula/contracts'
import { Button, Center, Group, Loader, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useApi } from '../../api/client.ts'
import { faultOf } from '../../api/refusal.ts'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { FaultNote } from '../../patterns/fault-note.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { signOut } from '../identity/shared/sign-out.ts'
import { InvitedSignUp } from './invited-sign-up.tsx'

const ended = (
  <EntranceCard
    title="This invitation no longer works"
    about="It was used, withdrawn or has expired. Ask whoever invited you for a new one."
  >
    <Button component={Link} href="/" variant="default" fullWidth>
      Go to Insula
    </Button>
  </EntranceCard>
)

/** What a mailed invitation opens: who invites, to what, as what; and the way in for whoever follows it. */
export const InvitationCard = ({ token, user }: { token: string | null; user: User | null }) => {
  const api = useApi()
  const preview = useQuery(
    api.tenants.previewInvitation.queryOptions({ token: token ?? '' }, { enabled: token !== null }),
  )
  const anyTenant = { trpc: { context: { anyTenant: true } } }
  const accept = useMutation(
    api.tenants.acceptInvitation.mutationOptions({
      ...anyTenant,
      onSuccess: () => leaveFor('/'),
    }),
  )
  const decline = useMutation(api.tenants.declineInvitation.mutationOptions(anyTenant))

  if (token === null) return ended
  if (preview.isError) {
    const { code, message } = faultOf(preview.error)
    if (code === 'gone' || code === 'invalid' || code === 'not_found') return ended
    return (
      <EntranceCard title="Your invitation could not be checked just now" about={message}>
        <Button fullWidth loading={preview.isFetching} onClick={() => void preview.refetch()}>
          Try again
        </Button>
      </EntranceCard>
    )
  }
  if (preview.isPending)
    return (
      <EntranceCard title="Your invitation">
        <Center py="md">
          <Loader size="sm" role="img" aria-label="Loading" />
        </Center>
      </EntranceCard>
    )
  if (decline.isSuccess)
    return (
      <EntranceCard
        title="Invitation declined"
        about={
          <>
            We told nobody else, and you are not in <bdi>{preview.data.tenantName}</bdi>.
          </>
        }
      />
    )

  const { tenantName, invitedBy, email, role, hasAccount, accepted } = preview.data
  const here = `/invitation?token=${encodeURIComponent(token)}`
  const onward = `next=${encodeURIComponent(here)}&email=${encodeURIComponent(email)}`
  const fault = accept.error ?? decline.error
  return (
    <EntranceCard
      title={
        <>
          {accepted ? 'You are in' : 'Join'} <bdi>{tenantName}</bdi>
        </>
      }
      about={
        accepted ? (
          `This invitation of ${email} was accepted.`
        ) : (
          <>
            <bdi>{invitedBy}</bdi> invites you as <strong>{role}</strong>: {describeRole(role).toLowerCase()}.
          </>
        )
      }
    >
      <Stack gap="sm">
        <FaultNote fault={fault ? faultOf(fault) : null} />
        {user === null ? (
          accepted || hasAccount ? (
            <>
              <Button component="a" href={`/sign-in?${onward}`} fullWidth>
                {accepted ? 'Sign in to go on' : 'Sign in to join'}
              </Button>
              <Text size="sm" c="dimmed" ta="center">
                The invitation is for {email}.
              </Text>
            </>
          ) : (
            <InvitedSignUp token={token} email={email} tenantName={tenantName} />
          )
        ) : user.email === email && accepted ? (
          <Button
            fullWidth
            loading={accept.isPending || accept.isSuccess}
            onClick={() => accept.mutate({ token })}
          >
            <span>
              Open <bdi>{tenantName}</bdi>
            </span>
          </Button>
        ) : user.email === email ? (
          <Group grow>
            <Button variant="default" loading={decline.isPending} onClick={() => decline.mutate({ token })}>
              Decline
            </Button>
            <Button loading={accept.isPending || accept.isSuccess} onClick={() => accept.mutate({ token })}>
              Accept
            </Button>
          </Group>
        ) : (
          <>
            <Text size="sm">
              The invitation is for <strong>{email}</strong>, but you are signed in as {user.email}.
            </Text>
            <Button fullWidth onClick={() => void signOut(here)}>
              Sign out and go on
            </Button>
            <Button component={Link} href="/" variant="default" fullWidth>
              Stay signed in
            </Button>
          </>
        )}
      </Stack>
    </EntranceCard>
  )
}
