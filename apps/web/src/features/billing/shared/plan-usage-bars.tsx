'use client'

import type { BillingOverview, LimitKey } from '@insula/contracts'
import { Group, Progress, Skeleton, Text } from '@mantine/core'
import { formatBytes } from '../../../patterns/quantity.ts'
import classes from '../billing.module.css'

const names: Record<LimitKey, string> = { 'storage-bytes': 'Storage', seats: 'Seats', 'api-keys': 'API keys' }

/** What is used of each of the plan's limits. Nearing one turns its bar red; the figures say it in words. */
export const PlanUsageBars = ({ usage }: { usage: BillingOverview['usage'] | undefined }) => (
  <div className={classes.bars}>
    {usage
      ? usage.map(({ key, used, limit }) => {
          const show = (amount: number) => (key === 'storage-bytes' ? formatBytes(amount) : String(amount))
          const share = limit > 0 ? (used / limit) * 100 : 100
          return (
            <div key={key} className={classes.bar}>
              <Group justify="space-between" mb={10} gap="xs">
                <Text size="sm" fw={550}>
                  {names[key]}
                </Text>
                <Text size="sm" c="dimmed" className="tabular">
                  {show(used)} of {show(limit)}
                </Text>
              </Group>
              <Progress
                value={Math.min(100, share)}
                color={share >= 90 ? 'red' : 'gray.6'}
                aria-label={`${names[key]}: ${show(used)} of ${show(limit)}`}
              />
            </div>
          )
        })
      : Object.keys(names).map((key) => <Skeleton key={key} height={70} radius="md" />)}
  </div>
)
