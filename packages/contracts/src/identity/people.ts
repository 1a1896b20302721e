import { z } from 'zod'
import { BillingNotice, StoredPlanId } from '../billing/plans.ts'
import { features } from '../features.ts'
import { id } from '../ids.ts'
import { Entitlements } from '../limits.ts'
import { Instant } from '../page.ts'
import { Permission } from '../permissions.ts'
import { PlatformRole, StoredRole } from '../roles.ts'
import { stored } from '../stored.ts'
import { nameText } from '../text.ts'

/** NIST SP 800-63B: length counts, composition rules do not. */
export const passwordLength = { min: 15, max: 128 } as const
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** As people count: an emoji is one character, however many code points it is made of. */
export const passwordLengthOf = (password: string) =>
  [...segmenter.segment(password.normalize('NFKC'))].length

export const Password = z
  .string()
  .max(2_048, `Use at most ${passwordLength.max} characters`)
  .refine(
    (password) => passwordLengthOf(password) >= passwordLength.min,
    `Use at least ${passwordLength.min} characters; a sentence is easiest`,
  )
  .refine(
    (password) => passwordLengthOf(password) <= passwordLength.max,
    `Use at most ${passwordLength.max} characters`,
  )

/** An address in its one spelling: trimmed, in compatibility form (NFKC) and lower case, since it is what counts. */
export const Email = z
  .string()
  .trim()
  .normalize('NFKC')
  .toLowerCase()
  .pipe(z.email('This does not look like an e-mail address').max(254))

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
  planId: StoredPlanId,
  planName: z.string(),
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
      planId: StoredPlanId,
      planName: z.string(),
      entitlements: Entitlements,
      features: z.array(stored(features)),
      upgrades: z
        .record(z.string(), z.string())
        .describe('By limit, the name of the smallest plan that gives more; left out where none does'),
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

/** A password as it is typed to sign in: judged against what is stored, never by today's rules. */
const TypedPassword = z.string().min(1, 'Type your password').max(2_048)
const MailedToken = z.string().min(1).max(128)

/** What `/api/auth/*` takes. Strict, so that no address to go on to comes from outside. */
export const NewSignUp = z.strictObject({ name: PersonName, email: Email, password: Password })
/** A sign-up by the secret from an invitation's mail, which proves the address. */
export const NewInvitedSignUp = z.strictObject({ token: MailedToken, name: PersonName, password: Password })
export const Credentials = z.strictObject({
  email: Email,
  password: TypedPassword,
  rememberMe: z
    .boolean()
    .default(true)
    .describe('Whether the session outlives the browser; without it, it ends after a day'),
})
export const SignOut = z.strictObject({})
export const AddressRef = z.strictObject({ email: Email })
export const AddressProof = z.strictObject({
  token: MailedToken,
  password: TypedPassword.optional().describe('Needed in another browser than the one that signed up'),
})
export const PasswordReset = z.strictObject({ token: MailedToken, newPassword: Password })
export const PasswordChange = z.strictObject({
  currentPassword: TypedPassword,
  newPassword: Password,
  /** Always done; clients of the library underneath say it. */
  revokeOtherSessions: z.literal(true).optional(),
})

/** What somebody may ask about an address without being signed in. */
export const accountRequestKinds = ['verification', 'password-reset', 'wrong-password'] as const
export type AccountRequestKind = (typeof accountRequestKinds)[number]
