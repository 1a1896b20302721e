'use client'

import { Stack } from '@mantine/core'
import { PageHead } from '../../patterns/page-head.tsx'
import { ActivityCard } from './activity-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

export const AccountPage = () => (
  <>
    <PageHead title="Account" about="You, in every tenant: your name, password and sessions." />
    <Stack gap="lg" maw={720}>
      <ProfileCard />
      <PasswordCard />
      <SessionsCard />
      <ActivityCard />
    </Stack>
  </>
)
