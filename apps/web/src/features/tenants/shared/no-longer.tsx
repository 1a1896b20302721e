'use client'

import type { Me } from '@insula/contracts'
import { Anchor, Button, Stack } from '@mantine/core'
import { EntranceCard } from '../../../patterns/entrance-card.tsx'
import { signOut } from '../../identity/shared/sign-out.ts'
import { ChooseTenant } from '../choose-tenant.tsx'
import { lastTenant } from './last-tenant.ts'
import { OwnInvitations } from './own-invitations.tsx'

/** For whoever was removed from the tenant that they worked in: what happened, and every way on. */
export const NoLonger = ({ name, me, onNew }: { name: string; me: Me; onNew: () => void }) => (
  <EntranceCard
    wide
    title={
      <>
        You are no longer in <bdi>{name}</bdi>
      </>
    }
    about="You were removed or you left. Only an invitation brings you back; what you made there stays."
    below={
      <Anchor component="button" type="button" inherit onClick={() => void signOut()}>
        Sign out
      </Anchor>
    }
  >
    <Stack gap="md">
      <OwnInvitations />
      {me.memberships.length > 0 ? <ChooseTenant memberships={me.memberships} /> : null}
      <Button
        variant="default"
        fullWidth
        onClick={() => {
          lastTenant.forget(me.user.id)
          onNew()
        }}
      >
        New tenant
      </Button>
    </Stack>
  </EntranceCard>
)
