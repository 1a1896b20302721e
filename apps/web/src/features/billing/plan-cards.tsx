'use client'

import {
  type BillingOverview,
  formatMoney,
  freePlanId,
  type Interval,
  intervals,
  type PlanView,
} from '@insula/contracts'
import { Badge, Button, Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { useDates } from '../../patterns/time.tsx'
import classes from './billing.module.css'
import { toStripe, useFreshAfterBack } from './use-leave-to-stripe.ts'

/** The plans side by side, the current one marked. Upgrading goes on at Stripe's Checkout. */
export const PlanCards = ({ overview }: { overview: BillingOverview | undefined }) => {
  const plans = useQuery(useApi().billing.listPlans.queryOptions())

  if (plans.isError) return <LoadFault error={plans.error} onRetry={() => void plans.refetch()} />
  if (!plans.data || !overview)
    return (
      <div className={classes.plans}>
        <Skeleton height={264} radius="md" />
        <Skeleton height={264} radius="md" />
      </div>
    )
  return (
    <div className={classes.plans}>
      {plans.data.map((plan) => (
        <PlanCard key={plan.id} plan={plan} overview={overview} />
      ))}
    </div>
  )
}

interface PlanCardProps {
  plan: PlanView
  overview: BillingOverview
}

const PlanCard = ({ plan, overview }: PlanCardProps) => {
  const { locale } = useDates()
  const sold = intervals.filter((one) => plan.prices[one] !== null)
  const [chosen, setChosen] = useState<Interval>('month')
  const interval = sold.includes(chosen) ? chosen : (sold[0] ?? 'month')
  const isCurrent = plan.id === overview.planId
  return (
    <article className={classes.plan} data-current={isCurrent || undefined} aria-label={plan.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} className={classes.planName}>
          <bdi>{plan.name}</bdi>
        </Title>
        {isCurrent ? (
          <Badge color="gray" style={{ flexShrink: 0 }}>
            Your plan
          </Badge>
        ) : null}
      </Group>
      <Text c="dimmed" size="sm" className={classes.planName}>
        {plan.description}
      </Text>
      <div className={classes.price}>
        <Text span fz={26} fw={600}>
          {formatMoney(plan.prices[interval] ?? 0, plan.currency, { locale, trim: true })}
        </Text>
        <Text span c="dimmed">
          {' '}
          a {interval}
        </Text>
      </div>
      {sold.length > 1 ? (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={`How often ${plan.name} is paid`}
          value={interval}
          onChange={(value) => setChosen(intervals.find((one) => one === value) ?? interval)}
          data={[
            { value: 'month', label: 'Monthly' },
            { value: 'year', label: 'Yearly' },
          ]}
        />
      ) : null}
      <ul className={classes.highlights}>
        {plan.highlights.map((highlight) => (
          <li key={highlight}>
            <IconCheck size={16} stroke={1.8} aria-hidden="true" />
            <span className={classes.planName}>{highlight}</span>
          </li>
        ))}
      </ul>
      <WayTo plan={plan} overview={overview} interval={interval} />
    </article>
  )
}

/** How one comes to a plan from the present one: by a checkout, or what has to be done before. */
const WayTo = ({ plan, overview, interval }: PlanCardProps & { interval: Interval }) => {
  const { planId, planName, subscription, exits } = overview
  if (plan.id === planId) return <span />
  if (plan.id !== freePlanId && exits.includes('checkout')) return <Upgrade plan={plan} interval={interval} />
  if (plan.id !== freePlanId && subscription?.planId === plan.id)
    return (
      <Text size="xs" c="dimmed">
        You have {plan.name} already; what keeps it switched off is said above.
      </Text>
    )
  if (!exits.includes('manage')) return <span />
  return (
    <Text size="xs" c="dimmed">
      To come back here, cancel {subscription?.planName ?? planName} under “Change card or cancel”. It lasts
      until the end of what is paid.
    </Text>
  )
}

const Upgrade = ({ plan, interval }: { plan: PlanView; interval: Interval }) => {
  const mayManage = useMay('billing:manage')
  const startCheckout = useMutation(useApi().billing.startCheckout.mutationOptions(toStripe))
  useFreshAfterBack(startCheckout.reset)
  if (!mayManage)
    return (
      <Text size="xs" c="dimmed">
        Only an owner can change the plan.
      </Text>
    )
  return (
    <Button
      fullWidth
      loading={startCheckout.isPending || startCheckout.isSuccess}
      onClick={() => startCheckout.mutate({ planId: plan.id, interval })}
    >
      Upgrade to {plan.name}
    </Button>
  )
}
