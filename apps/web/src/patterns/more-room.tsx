'use client'

import { type Entitlements, rolesWith, roomFor } from '@insula/contracts'
import { Anchor } from '@mantine/core'
import Link from 'next/link'
import { useMay, useTenant } from '../api/me.ts'
import { useContact } from './contact.ts'

const [payer] = rolesWith('billing:manage')

/**
 * What to do about a limit of the plan: the plan that lifts it, for those who may change it, or whom to ask. On the largest
 * plan it says what can be done instead; a link is only where it leads on.
 */
export const MoreRoom = ({ limit, label }: { limit: keyof Entitlements; label: string }) => {
  const plan = useTenant().upgrades[limit]
  const mayUpgrade = useMay('billing:manage')
  const contact = useContact()
  if (plan && mayUpgrade)
    return (
      <Anchor component={Link} href="/billing" inherit>
        {label}
      </Anchor>
    )
  if (plan) return `Ask an ${payer} to upgrade to ${plan}.`
  return (
    <>
      {roomFor[limit]}
      {contact ? (
        <>
          , or write to{' '}
          <Anchor href={`mailto:${contact}`} inherit>
            {contact}
          </Anchor>
        </>
      ) : null}
      .
    </>
  )
}
