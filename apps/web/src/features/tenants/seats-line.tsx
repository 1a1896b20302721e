'use client'

import type { People } from '@insula/contracts'
import { Text } from '@mantine/core'
import { useMay } from '../../api/me.ts'
import { MoreRoom } from '../../patterns/more-room.tsx'

/** Members and open invitations both take a seat. */
export const SeatsLine = ({ seats }: { seats: People['seats'] | undefined }) => {
  const mayInvite = useMay('members:write')
  if (!seats) return null
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {seats.used} of {seats.limit} seats used
      {seats.used >= seats.limit && mayInvite ? (
        <>
          {' · '}
          <MoreRoom limit="seats" label="Get more seats" />
        </>
      ) : null}
    </Text>
  )
}
