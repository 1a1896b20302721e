import type { PlanVersion } from '@insula/contracts'
import { Badge } from '@mantine/core'

const shown: Record<string, { label: string; color: string }> = {
  none: { label: 'Not for sale', color: 'gray' },
  waiting: { label: 'Waiting for Stripe', color: 'yellow' },
  there: { label: 'In Stripe', color: 'green' },
  refused: { label: 'Refused by Stripe', color: 'red' },
}

export const StripeBadge = ({ stripe }: { stripe: PlanVersion['stripe'] }) => {
  const { label, color } = shown[stripe.state] ?? { label: stripe.state, color: 'gray' }
  return <Badge color={color}>{label}</Badge>
}
