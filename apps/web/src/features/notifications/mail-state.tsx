import type { Mail, MailAttempt, MailState } from '@insula/contracts'
import { Badge } from '@mantine/core'

const states: Record<MailState, { label: string; color: string }> = {
  queued: { label: 'Queued', color: 'gray' },
  sending: { label: 'Sending', color: 'blue' },
  sent: { label: 'Sent', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
}

export const MailStateBadge = ({ state }: { state: Mail['state'] }) => (
  <Badge color={states[state].color}>{states[state].label}</Badge>
)

export const templateNames: Record<Mail['template'], string> = {
  'verify-email': 'Verify e-mail',
  'reset-password': 'Reset password',
  'password-changed': 'Password changed',
  welcome: 'Welcome',
  invitation: 'Invitation',
  'subscription-activated': 'Plan activated',
  'subscription-paused': 'Plan paused',
  'payment-failed': 'Payment failed',
}

export const outcomes: Record<MailAttempt['outcome'], { label: string; color: string }> = {
  accepted: { label: 'Accepted by the mail provider', color: 'green' },
  refused: { label: 'Refused by the mail provider', color: 'red' },
  failed: { label: 'The mail provider failed', color: 'yellow' },
  unknown: { label: 'No clear answer', color: 'yellow' },
}
