'use client'

import { type BillingOverview, plans } from '@insula/contracts'
import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useDates } from '../../patterns/time.tsx'

/** That the plan is about to end, or that a payment failed, and what to do. */
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
  return null
}

/** When the plan renews or its trial ends, as a sentence; empty where neither is due. */
export const useRenewal = (overview: BillingOverview | undefined) => {
  const { date } = useDates()
  const subscription = overview?.subscription
  if (!subscription?.currentPeriodEnd || subscription.cancelAtPeriodEnd) return ''
  const end = date(subscription.currentPeriodEnd)
  const { name } = plans[subscription.planId]
  if (subscription.state === 'trialing') return `The trial of ${name} ends on ${end}.`
  return subscription.state === 'active' ? `${name} renews on ${end}.` : ''
}
