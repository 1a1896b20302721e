import { lookUp, type MailTemplate } from '@insula/contracts'
import type { z } from 'zod'
import { alreadyRegistered } from './already-registered.tsx'
import { invitation } from './invitation.tsx'
import { passwordChanged } from './password-changed.tsx'
import { paymentFailed } from './payment-failed.tsx'
import { resetPassword } from './reset-password.tsx'
import { subscriptionActivated } from './subscription-activated.tsx'
import { subscriptionPaused } from './subscription-paused.tsx'
import type { Template } from './template.ts'
import { verifyEmail } from './verify-email.tsx'
import { welcome } from './welcome.tsx'

const catalogue = {
  'verify-email': verifyEmail,
  'already-registered': alreadyRegistered,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  welcome,
  invitation,
  'subscription-activated': subscriptionActivated,
  'subscription-paused': subscriptionPaused,
  'payment-failed': paymentFailed,
} satisfies Record<MailTemplate, unknown>

/** What a caller must tell the template of this name. */
export type VariablesOf<Name extends MailTemplate> = z.infer<(typeof catalogue)[Name]['variables']>

/** The template of a name; its variables are parsed before they reach it. */
export const templateOf = (name: MailTemplate) => catalogue[name] as unknown as Template

/** The template that a stored mail names; null for one that this release does not know. */
export const knownTemplate = (name: string) => (lookUp(catalogue, name) ?? null) as Template | null
