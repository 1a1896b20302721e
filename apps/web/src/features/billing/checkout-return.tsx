'use client'

import { freePlanId } from '@insula/contracts'
import { Alert, Button, Loader, Text } from '@mantine/core'
import { IconCheck, IconInfoCircle } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useApi } from '../../api/client.ts'
import { useTenant } from '../../api/me.ts'
import { useFilters } from '../../patterns/use-filters.ts'

const askAgainMs = 3_000
/** Stripe's webhook comes within seconds; after this something keeps it back, and asking on helps nobody. */
const patienceMs = 90_000

/** Has the frame show the plan that holds, where the page has heard of it first: as after a checkout, or while the line is down. */
const useFrameOf = (planId: string | undefined) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const router = useRouter()
  const shown = useTenant().planId
  useEffect(() => {
    if (!planId || planId === shown) return
    void queryClient.invalidateQueries({ queryKey: api.identity.me.pathKey() })
    router.refresh()
  }, [planId, shown, api, queryClient, router])
}

/**
 * What the page says when Stripe sends the browser back: "activating" until Stripe's webhook has been handled,
 * then the new plan. A live event says so at once; asking every few seconds is for a line that is down.
 */
export const CheckoutReturn = ({
  planId,
  planName,
}: {
  planId: string | undefined
  planName: string | undefined
}) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const { values, set } = useFilters(['checkout'])
  const plans = useQuery(api.billing.listPlans.queryOptions())
  const highlights = plans.data?.find(({ id }) => id === planId)?.highlights ?? []
  const [tired, setTired] = useState(false)
  const activating = values.checkout === 'success' && planId === freePlanId
  useFrameOf(planId)

  useEffect(() => {
    if (!activating || tired) return
    const ask = () => void queryClient.invalidateQueries({ queryKey: api.billing.pathKey() })
    const timer = setInterval(ask, askAgainMs)
    const end = setTimeout(() => setTired(true), patienceMs)
    return () => {
      clearInterval(timer)
      clearTimeout(end)
    }
  }, [activating, tired, api, queryClient])

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
      {activating && tired ? (
        <Alert color="yellow" icon={<IconInfoCircle size={18} />} title="This takes longer than usual">
          <Text size="sm">
            If you paid, nothing is lost: your plan is switched on as soon as Stripe tells us, which may take
            up to an hour.
          </Text>
          <Button size="xs" variant="default" mt="sm" onClick={() => setTired(false)}>
            Look again
          </Button>
        </Alert>
      ) : activating ? (
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
          title={`You are on ${planName}`}
        >
          Your new limits apply now{highlights.length > 0 ? `: ${highlights.join(', ')}` : ''}.
        </Alert>
      )}
    </div>
  )
}
