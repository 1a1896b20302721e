'use client'

import type { BillingOverview } from '@insula/contracts'
import { Button } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { toStripe, useFreshAfterBack } from './use-leave-to-stripe.ts'

const icon = <IconExternalLink size={16} />

/** To Stripe's portal: card, cancellation, and taking a cancellation back. */
export const ManageButton = () => {
  const openPortal = useMutation(useApi().billing.openPortal.mutationOptions(toStripe))
  useFreshAfterBack(openPortal.reset)
  return (
    <Button
      variant="default"
      rightSection={icon}
      loading={openPortal.isPending || openPortal.isSuccess}
      onClick={() => openPortal.mutate()}
    >
      Change card or cancel
    </Button>
  )
}

export const ResumeButton = ({ name }: { name: string }) => {
  const resume = useMutation(useApi().billing.resumeSubscription.mutationOptions(toStripe))
  useFreshAfterBack(resume.reset)
  return (
    <Button
      size="xs"
      rightSection={icon}
      loading={resume.isPending || resume.isSuccess}
      onClick={() => resume.mutate()}
    >
      Resume {name}
    </Button>
  )
}

/** To Stripe's page of the open invoice, where it is paid with any card, or confirmed. */
export const PayButton = ({ invoice }: { invoice: NonNullable<BillingOverview['openInvoice']> }) => (
  <Button
    size="xs"
    component="a"
    href={invoice.hostedUrl ?? undefined}
    target="_blank"
    rel="noreferrer"
    rightSection={icon}
  >
    Pay now
  </Button>
)
