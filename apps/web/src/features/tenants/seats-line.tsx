'use client'

import type { People } from '@insula/contracts'
import { Anchor, Text } from '@mantine/core'
import Link from 'next/link'
import { useMay } from '../../api/me.ts'

/** Members and open invitations both take a seat. */
export const SeatsLine = ({ seats }: { seats: People['seats'] | undefined }) => {
  const mayUpgrade = useMay('billing:manage')
  if (!seats) return null
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {seats.used} of {seats.limit} seats used
      {seats.used >= seats.limit && mayUpgrade ? (
        <>
          {' · '}
          <Anchor component={Link} href="/billing" inherit>
            Get more seats
          </Anchor>
        </>
      ) : null}
    </Text>
  )
}
