'use client'

import { freePlanId, type PlatformPlan } from '@insula/contracts'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/client.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { isolated, notify, notifyFault } from '../../patterns/notify.tsx'
import { PlanForm } from './plan-form.tsx'
import { PlanHistory } from './plan-history.tsx'
import { PlanTouch } from './plan-touch.tsx'
import { StripeBadge } from './stripe-badge.tsx'

interface PlanEditorProps {
  /** Null for one that is to be made. */
  plan: PlatformPlan | null
  mayWrite: boolean
  onChanged: (plan: PlatformPlan | null) => void
}

/** A plan's draft, what can be done with it, and its versions. */
export const PlanEditor = ({ plan, mayWrite, onChanged }: PlanEditorProps) => {
  // As it was opened: what somebody else saves meanwhile is told as a conflict rather than saved over.
  const [seen, setSeen] = useState(plan)
  const keep = (next: PlatformPlan) => {
    setSeen(next)
    onChanged(next)
  }
  return (
    <Stack gap="lg">
      {seen?.published ? <AtStripe plan={seen} mayWrite={mayWrite} onChanged={keep} /> : null}
      {mayWrite ? (
        <PlanForm
          key={seen?.draft?.revision ?? 0}
          plan={seen}
          onSaved={keep}
          actions={(dirty) =>
            seen ? (
              <DraftActions plan={seen} dirty={dirty} onChanged={keep} onGone={() => onChanged(null)} />
            ) : null
          }
        />
      ) : null}
      {seen ? <PlanHistory plan={seen} /> : null}
      {seen?.published && mayWrite && seen.planId !== freePlanId ? (
        <Shelf plan={seen} version={seen.published.version} onChanged={keep} />
      ) : null}
    </Stack>
  )
}

interface ActionProps {
  plan: PlatformPlan
  onChanged: (plan: PlatformPlan) => void
}

/** Publishing, after saying whom it touches, and throwing the draft away. */
const DraftActions = ({
  plan,
  dirty,
  onChanged,
  onGone,
}: ActionProps & { dirty: boolean; onGone: () => void }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const publish = useMutation(api.platform.publishPlan.mutationOptions({ onError: notifyFault }))
  const discard = useMutation(api.platform.discardPlanDraft.mutationOptions({ onError: notifyFault }))
  const [looking, setLooking] = useState(false)
  const { draft, planId } = plan
  if (!draft) return null
  const ref = { planId, revision: draft.revision }
  const ask = async () => {
    setLooking(true)
    try {
      const options = api.platform.previewPlan.queryOptions(ref, { staleTime: 0 })
      const preview = await queryClient.fetchQuery(options)
      confirm({
        title: `Publish ${isolated(draft.name)}, version ${draft.version}?`,
        consequence: <PlanTouch preview={preview} />,
        action: 'Publish',
        onConfirm: () =>
          publish.mutate(ref, {
            onSuccess: (next) => {
              notify(`${isolated(draft.name)} is published`)
              onChanged(next)
            },
          }),
      })
    } catch (error) {
      notifyFault(error)
    } finally {
      setLooking(false)
    }
  }
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        loading={discard.isPending}
        onClick={() =>
          confirm({
            title: 'Discard the draft?',
            consequence: plan.published
              ? 'What is published goes on holding. The draft cannot be brought back.'
              : 'The plan was never published, so it is gone then.',
            action: 'Discard draft',
            onConfirm: () => discard.mutate(ref, { onSuccess: onGone }),
          })
        }
      >
        Discard draft
      </Button>
      <Button
        variant="default"
        disabled={dirty}
        loading={looking || publish.isPending}
        onClick={() => void ask()}
      >
        Publish…
      </Button>
    </>
  )
}

/** What has become of the prices at Stripe, and what to do about it. */
const AtStripe = ({ plan, mayWrite, onChanged }: ActionProps & { mayWrite: boolean }) => {
  const push = useMutation(
    useApi().platform.pushPlan.mutationOptions({ onError: notifyFault, onSuccess: onChanged }),
  )
  const stripe = plan.published?.stripe
  if (!stripe || stripe.state === 'none') return null
  if (stripe.state !== 'refused' && stripe.state !== 'waiting')
    return (
      <Group gap="xs">
        <StripeBadge stripe={stripe} />
      </Group>
    )
  const again = mayWrite ? (
    <Button
      size="xs"
      variant="default"
      mt="sm"
      loading={push.isPending}
      onClick={() => push.mutate({ planId: plan.planId })}
    >
      Try again
    </Button>
  ) : null
  if (stripe.state === 'refused')
    return (
      <Alert color="red" title="Stripe did not take it">
        <Text size="sm">{stripe.reason}</Text>
        <Text size="sm">Nobody can subscribe to it until it is mended here or at Stripe.</Text>
        {again}
      </Alert>
    )
  return (
    <Alert color="yellow" title="Waiting for Stripe">
      <Text size="sm">
        Its prices are on their way to Stripe. They are sent again by themselves while Stripe is away.
      </Text>
      {again}
    </Alert>
  )
}

/** Taking the plan from the page of plans, and putting it back. */
const Shelf = ({ plan, version, onChanged }: ActionProps & { version: number }) => {
  const api = useApi()
  const done = { onError: notifyFault, onSuccess: onChanged }
  const archive = useMutation(api.platform.archivePlan.mutationOptions(done))
  const offer = useMutation(api.platform.offerPlan.mutationOptions(done))
  const ref = { planId: plan.planId, version }
  if (plan.archivedAt)
    return (
      <Group>
        <Button variant="default" loading={offer.isPending} onClick={() => offer.mutate(ref)}>
          Offer again
        </Button>
      </Group>
    )
  return (
    <Group>
      <Button
        variant="default"
        color="red"
        loading={archive.isPending}
        onClick={() =>
          confirm({
            title: 'Archive the plan?',
            consequence: `Nobody can subscribe to it any more. ${plan.tenants === 1 ? 'The one tenant on it keeps it' : `The ${plan.tenants} tenants on it keep it`}. It can be offered again.`,
            action: 'Archive',
            onConfirm: () => archive.mutate(ref),
          })
        }
      >
        Archive
      </Button>
    </Group>
  )
}
