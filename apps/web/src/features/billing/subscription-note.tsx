'use client'

import { type BillingOverview, plans } from '@insula/contracts'
import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useDates } from '../../patterns/time.tsx'

/** When the plan renews or ends, and what is wrong if a payment failed. */
export const SubscriptionNote = ({ overview }: { overview: BillingOverview | undefined }) => {
  const { date } = useDates()
  const subscription = overview?.subscription
  if (!subscription) return null
  const name = plans[subscription.planId].name
  const end = subscription.currentPeriodEnd ? date(subscription.currentPeriodEnd) : null

  if (subscription.state === 'past_due' || subscription.state === 'unpaid')
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title="The last payment failed">
        Update your payment method with “Manage payment” to keep {name}. Stripe tries again by itself.
      </Alert>
    )
  if (subscription.cancelAtPeriodEnd && end)
    return (
      <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={`${name} ends on ${end}`}>
        Until then nothing changes. Resume it with “Manage payment”.
      </Alert>
    )
  if (subscription.state !== 'active' && subscription.state !== 'trialing') return null
  return end ? (
    <Text size="sm" c="dimmed">
      {name} {subscription.state === 'trialing' ? 'trial ends' : 'renews'} on {end}.
    </Text>
  ) : null
}
