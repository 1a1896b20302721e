'use client'

import type { RefusalDetails } from '@insula/contracts'
import { Anchor, Progress, Text } from '@mantine/core'
import Link from 'next/link'
import { useMe } from '../api/me.ts'
import { MoreRoom } from './more-room.tsx'
import { formatBytes } from './quantity.ts'

const limitNames: Record<string, string> = {
  'storage-bytes': 'of storage',
  seats: 'seats',
  'api-keys': 'API keys',
  'max-file-bytes': 'a file',
}

interface LimitNoteProps {
  limit: NonNullable<RefusalDetails['limit']>
  upgrade?: RefusalDetails['upgrade']
}

/** What is used of a limit that was met, and the plan that lifts it. */
export const LimitNote = ({ limit, upgrade: plan }: LimitNoteProps) => {
  const me = useMe()
  const show = (amount: number) => (limit.key.endsWith('bytes') ? formatBytes(amount) : String(amount))
  const mayUpgrade = me.tenant?.permissions.includes('billing:manage') ?? false
  return (
    <div style={{ marginTop: 8 }}>
      <Progress
        value={Math.min(100, (limit.used / limit.limit) * 100)}
        color="red"
        aria-label={`${show(limit.used)} of ${show(limit.limit)} used`}
      />
      <Text size="xs" mt={6} className="tabular">
        {show(limit.used)} of {show(limit.limit)} {limitNames[limit.key] ?? ''} used
        {limit.requested ? `; this needs ${show(limit.requested)} more` : ''}.
      </Text>
      {plan ? (
        <Text size="xs" mt={2}>
          {mayUpgrade ? (
            <Anchor component={Link} href="/billing" inherit>
              Upgrade to {plan.name}
            </Anchor>
          ) : (
            `Ask an owner to upgrade to ${plan.name}`
          )}
          {plan.highlights.length > 0 ? ` for ${plan.highlights.join(', ')}` : ''}.
        </Text>
      ) : limit.key === 'max-file-bytes' ? (
        <Text size="xs" mt={2}>
          <MoreRoom limit={limit.key} label="See the plans" />
        </Text>
      ) : null}
    </div>
  )
}
