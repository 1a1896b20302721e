'use client'

import { Stack, Title } from '@mantine/core'
import dynamic from 'next/dynamic'
import { useMay, useMe, useTenant } from '../../api/me.ts'
import { PageHead } from '../../patterns/page-head.tsx'
import { WhenSeen } from '../../patterns/when-seen.tsx'
import { OwnInvitations } from '../tenants/shared/own-invitations.tsx'
import { Activity } from './activity.tsx'
import { GettingStarted } from './getting-started.tsx'
import { PlanUsage } from './plan-usage.tsx'

// Charts weigh as much as the rest of the page: they come once they are seen.
const UploadsChart = dynamic(() => import('./uploads-chart.tsx').then((module) => module.UploadsChart), {
  ssr: false,
})

export const HomePage = () => {
  const { user } = useMe()
  const tenant = useTenant()
  const mayAudit = useMay('audit:read')
  const mayFiles = useMay('files:read')
  return (
    <>
      <PageHead
        title={
          <>
            Hello, <bdi>{user.name.split(' ')[0]}</bdi>
          </>
        }
        about={
          <>
            What is going on in <bdi>{tenant.name}</bdi>.
          </>
        }
      />
      <Stack gap="xl">
        <OwnInvitations />
        <GettingStarted />
        <section aria-labelledby="home-usage">
          <Title order={2} id="home-usage" mb="sm">
            Usage
          </Title>
          <PlanUsage />
        </section>
        {mayFiles ? (
          <section aria-labelledby="home-uploads">
            <Title order={2} id="home-uploads" mb="sm">
              Uploads, last 30 days
            </Title>
            <WhenSeen height={212}>
              <UploadsChart />
            </WhenSeen>
          </section>
        ) : null}
        {mayAudit ? (
          <section aria-labelledby="home-activity">
            <Title order={2} id="home-activity" mb="sm">
              Latest activity
            </Title>
            <Activity />
          </section>
        ) : null}
      </Stack>
    </>
  )
}
