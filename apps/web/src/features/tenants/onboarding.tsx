'use client'

import { type Me, roles } from '@insula/contracts'
import { Anchor, Button, Stack, Stepper, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { useApi, workIn } from '../../api/client.ts'
import { useWho } from '../../api/me.ts'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { signOut } from '../identity/shared/sign-out.ts'
import { ChooseTenant } from './choose-tenant.tsx'
import { InviteForm } from './invite-form.tsx'
import { NewTenantForm } from './new-tenant-form.tsx'
import { lastTenant } from './shared/last-tenant.ts'
import { NoLonger } from './shared/no-longer.tsx'
import { OwnInvitations } from './shared/own-invitations.tsx'

interface OnboardingProps {
  /** Tenants one could go on with instead of making one. */
  memberships: Me['memberships']
  /** Whether there is a tenant to go back to. */
  mayLeave: boolean
}

/** Name it, invite, done: three steps of which only the first has to be taken. */
export const Onboarding = ({ memberships, mayLeave }: OnboardingProps) => {
  const [step, setStep] = useState(0)
  const [tenantName, setTenantName] = useState('')
  const [invited, setInvited] = useState<string[]>([])
  const me = useWho()
  // Joining comes first where somebody is waited for.
  const own = useQuery(useApi().tenants.listOwnInvitations.queryOptions())
  const [gone, setGone] = useState<string | null>(null)
  useEffect(() => {
    if (me && !mayLeave) setGone(lastTenant.gone(me))
  }, [me, mayLeave])

  if (me && gone !== null && step === 0) return <NoLonger name={gone} me={me} onNew={() => setGone(null)} />

  return (
    <EntranceCard
      wide
      title={
        [
          'Set up your tenant',
          <>
            Invite colleagues to <bdi>{tenantName}</bdi>
          </>,
          'All set',
        ][step]
      }
      about={
        [
          'A tenant is the home of your team: its people, files, plan and bills.',
          'They get a mail with a link. You can do this later, too.',
          <>
            <bdi>{tenantName}</bdi> is ready.
          </>,
        ][step]
      }
      below={
        step === 0 ? (
          <>
            {mayLeave ? (
              <>
                <Link href="/" style={{ color: 'inherit' }}>
                  Back without creating one
                </Link>
                {' · '}
              </>
            ) : null}
            <Anchor component="button" type="button" inherit onClick={() => void signOut()}>
              Sign out
            </Anchor>
          </>
        ) : null
      }
    >
      <Stepper active={step} size="xs" mb="lg" aria-label="Progress" allowNextStepsSelect={false}>
        <Stepper.Step label="Name" />
        <Stepper.Step label="Invite" />
        <Stepper.Step label="Done" />
      </Stepper>
      {step === 0 ? (
        <Stack gap="lg">
          <OwnInvitations />
          {memberships.length > 0 ? <ChooseTenant memberships={memberships} /> : null}
          <NewTenantForm
            second={(own.data?.length ?? 0) > 0}
            onCreated={(tenant) => {
              workIn(tenant.id)
              setTenantName(tenant.name)
              setStep(1)
            }}
          />
        </Stack>
      ) : null}
      {step === 1 ? (
        <Stack gap="md">
          {invited.length > 0 ? (
            <Text size="sm" role="status">
              Invited: {invited.join(', ')}
            </Text>
          ) : null}
          <InviteForm held={roles.owner} onInvited={(email) => setInvited((before) => [...before, email])} />
          <Button
            variant={invited.length > 0 ? 'filled' : 'subtle'}
            color={invited.length > 0 ? undefined : 'gray'}
            onClick={() => setStep(2)}
          >
            {invited.length > 0 ? 'Continue' : 'Skip for now'}
          </Button>
        </Stack>
      ) : null}
      {step === 2 ? (
        <Button fullWidth autoFocus onClick={() => leaveFor('/')}>
          Open the console
        </Button>
      ) : null}
    </EntranceCard>
  )
}
