'use client'

import { type PlanId, plans } from '@insula/contracts'
import { Alert, Loader, Text } from '@mantine/core'
import { IconCheck, IconInfoCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useApi } from '../../api/client.ts'
import { useFilters } from '../../patterns/use-filters.ts'

const askAgainMs = 3_000

/**
 * What the page says when Stripe sends the browser back: "activating" until Stripe's webhook has been worked off,
 * then the new plan. A live event says so at once; asking every few seconds is for a line that is down.
 */
export const CheckoutReturn = ({ planId }: { planId: PlanId | undefined }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const { values, set } = useFilters(['checkout'])
  const activating = values.checkout === 'success' && planId === 'free'

  useEffect(() => {
    if (!activating) return
    const timer = setInterval(() => {
      void queryClient.invalidateQueries({ queryKey: api.billing.overview.pathKey() })
    }, askAgainMs)
    return () => clearInterval(timer)
  }, [activating, api, queryClient])

  const forget = () => set({ checkout: null })
  if (values.checkout === 'cancelled')
    return (
      <Alert
        color="gray"
        icon={<IconInfoCircle size={18} />}
        withCloseButton
        closeButtonLabel="Dismiss"
        onClose={forget}
        title="Nothing was charged"
      >
        You left the checkout. Your plan stays as it was.
      </Alert>
    )
  if (values.checkout !== 'success' || !planId) return null
  return (
    <div role="status">
      {activating ? (
        <Alert color="gray" icon={<Loader size={18} />} title="Payment received; activating your plan…">
          <Text size="sm">This takes a few seconds. You can leave this page.</Text>
        </Alert>
      ) : (
        <Alert
          color="green"
          icon={<IconCheck size={18} />}
          withCloseButton
          closeButtonLabel="Dismiss"
          onClose={forget}
          title={`You are on ${plans[planId].name}`}
        >
          Your new limits apply now: {plans[planId].highlights.join(', ')}.
        </Alert>
      )}
    </div>
  )
}
