'use client'

import { type BillingOverview, noticeOf } from '@insula/contracts'
import { Alert, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMay } from '../../api/me.ts'
import { useDates } from '../../patterns/time.tsx'
import { PayButton, ResumeButton } from './exits.tsx'

/** That the plan is about to end, or that a payment failed, and what to do. */
export const SubscriptionNote = ({ overview }: { overview: BillingOverview | undefined }) => {
  const { date } = useDates()
  const mayManage = useMay('billing:manage')
  const subscription = overview?.subscription
  if (!subscription) return null
  const name = subscription.planName
  const end = subscription.currentPeriodEnd ? date(subscription.currentPeriodEnd) : null
  const words = noticeOf(subscription.state, {
    plan: name,
    end: subscription.graceEndsAt ? date(subscription.graceEndsAt) : null,
  })

  if (words)
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title={words.title}>
        <Text size="sm">{words.text}</Text>
        <Group gap="xs" mt="sm">
          {overview.openInvoice ? <PayButton invoice={overview.openInvoice} /> : null}
          {mayManage && overview.exits.includes('resume') && !overview.openInvoice ? (
            <ResumeButton name={name} />
          ) : null}
        </Group>
      </Alert>
    )
  if (subscription.cancelAtPeriodEnd && end)
    return (
      <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={`${name} ends on ${end}`}>
        Until then nothing changes, and you can take it back under “Change card or cancel”.
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
  const name = subscription.planName
  if (subscription.state === 'trialing') return `The trial of ${name} ends on ${end}.`
  return subscription.state === 'active' ? `${name} renews on ${end}.` : ''
}
