'use client'

import { type BillingExit, formatMoney, planOf } from '@insula/contracts'
import { Badge, Button, Group, Skeleton, Text, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { useDates } from '../../patterns/time.tsx'
import classes from './billing.module.css'
import { toStripe, useFreshAfterBack } from './use-leave-to-stripe.ts'

/** The plans side by side, the current one marked. Upgrading goes on at Stripe's Checkout. */
export const PlanCards = ({
  currentPlanId,
  exits,
}: {
  currentPlanId: string | undefined
  exits: readonly BillingExit[]
}) => {
  const api = useApi()
  const plans = useQuery(api.billing.listPlans.queryOptions())
  const { locale } = useDates()
  const current = currentPlanId === undefined ? null : planOf(currentPlanId)

  if (plans.isError) return <LoadFault error={plans.error} onRetry={() => void plans.refetch()} />
  if (!plans.data || !current)
    return (
      <div className={classes.plans}>
        <Skeleton height={264} radius="md" />
        <Skeleton height={264} radius="md" />
      </div>
    )
  return (
    <div className={classes.plans}>
      {plans.data.map((plan) => {
        const isCurrent = plan.id === currentPlanId
        return (
          <article
            key={plan.id}
            className={classes.plan}
            data-current={isCurrent || undefined}
            aria-label={plan.name}
          >
            <Group justify="space-between">
              <Title order={2}>{plan.name}</Title>
              {isCurrent ? <Badge color="gray">Your plan</Badge> : null}
            </Group>
            <Text c="dimmed" size="sm">
              {plan.description}
            </Text>
            <div className={classes.price}>
              <Text span fz={26} fw={600}>
                {formatMoney(plan.monthlyAmount, plan.currency, { locale, trim: true })}
              </Text>
              <Text span c="dimmed">
                {' '}
                a month
              </Text>
            </div>
            <ul className={classes.highlights}>
              {plan.highlights.map((highlight) => (
                <li key={highlight}>
                  <IconCheck size={16} stroke={1.8} aria-hidden="true" />
                  {highlight}
                </li>
              ))}
            </ul>
            {plan.monthlyAmount > current.monthlyAmount ? (
              exits.includes('checkout') ? (
                <Upgrade name={plan.name} />
              ) : (
                <Text size="xs" c="dimmed">
                  You have {plan.name} already; what keeps it switched off is said above.
                </Text>
              )
            ) : plan.monthlyAmount < current.monthlyAmount ? (
              <Text size="xs" c="dimmed">
                To come back here, cancel {current.name} under “Change card or cancel”. It lasts until the end
                of what is paid.
              </Text>
            ) : (
              <span />
            )}
          </article>
        )
      })}
    </div>
  )
}

const Upgrade = ({ name }: { name: string }) => {
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
      onClick={() => startCheckout.mutate({ planId: 'pro' })}
    >
      Upgrade to {name}
    </Button>
  )
}
