import { z } from 'zod'
import { Permission, PlatformRole, StoredRole } from './access.ts'
import { BillingNotice, Entitlements, planIds } from './billing.ts'
import { id } from './ids.ts'
import { Instant } from './page.ts'
import { stored } from './stored.ts'
import { nameText } from './text.ts'

/** NIST SP 800-63B: length counts, composition rules do not. */
export const passwordLength = { min: 15, max: 128 } as const
export const Password = z
  .string()
  .min(passwordLength.min, `Use at least ${passwordLength.min} characters; a sentence is easiest`)
  .max(passwordLength.max, `Use at most ${passwordLength.max} characters`)

export const Email = z
  .email('This does not look like an e-mail address')
  .max(254)
  .transform((email) => email.toLowerCase())

export const PersonName = nameText('Tell us your name', 80)

export const User = z.object({
  id: id('user'),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  platformRole: PlatformRole.nullable(),
})
export type User = z.infer<typeof User>

/** A tenant one belongs to, as the switcher lists it. */
export const Membership = z.object({
  tenantId: id('tenant'),
  slug: z.string(),
  name: z.string(),
  role: StoredRole,
  planId: stored(planIds),
})

/** Who is asking, where they stand, and what they may do there: all that the console's frame needs. */
export const Me = z.object({
  user: User,
  sessionId: z.string(),
  memberships: z.array(Membership),
  /** The tenant that the session works in; null until one is created, joined or chosen. */
  tenant: z
    .object({
      id: id('tenant'),
      slug: z.string(),
      name: z.string(),
      locale: z.string(),
      timeZone: z.string(),
      currency: z.string(),
      role: StoredRole,
      permissions: z.array(Permission),
      planId: stored(planIds),
      entitlements: Entitlements,
      billingNotice: BillingNotice.nullable().describe('Null also for those who may not see billing'),
    })
    .nullable(),
})
export type Me = z.infer<typeof Me>

export const Session = z.object({
  id: z.string(),
  current: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  expiresAt: Instant,
})
export type Session = z.infer<typeof Session>
export const SessionRef = z.strictObject({ sessionId: z.string().min(1).max(64) })
export const ProfileChange = z.strictObject({ name: PersonName })
