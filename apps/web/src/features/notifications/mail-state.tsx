import { lookUp, type Mail, type MailState, type MailTemplate } from '@insula/contracts'
import { Badge } from '@mantine/core'

const states: Record<MailState, { label: string; color: string }> = {
  queued: { label: 'Queued', color: 'gray' },
  sending: { label: 'Sending', color: 'blue' },
  sent: { label: 'Sent', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
}

export const MailStateBadge = ({ state }: { state: Mail['state'] }) => {
  const { color, label } = lookUp(states, state) ?? { color: 'gray', label: state }
  return <Badge color={color}>{label}</Badge>
}

const templateNames: Record<MailTemplate, string> = {
  'verify-email': 'Verify e-mail',
  'already-registered': 'Registered already',
  'reset-password': 'Reset password',
  'password-changed': 'Password changed',
  welcome: 'Welcome',
  invitation: 'Invitation',
  'subscription-activated': 'Plan activated',
  'subscription-paused': 'Plan paused',
  'payment-failed': 'Payment failed',
}

export const templateNameOf = (template: string) => lookUp(templateNames, template) ?? template

const outcomes: Record<string, { label: string; color: string }> = {
  accepted: { label: 'Accepted by the mail provider', color: 'green' },
  refused: { label: 'Refused by the mail provider', color: 'red' },
  failed: { label: 'The mail provider failed', color: 'yellow' },
  unknown: { label: 'No clear answer', color: 'yellow' },
}

export const outcomeOf = (outcome: string) => lookUp(outcomes, outcome) ?? { label: outcome, color: 'gray' }
