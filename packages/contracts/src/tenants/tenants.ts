import { z } from 'zod'
import { Email } from '../identity/people.ts'
import { id } from '../ids.ts'
import { Instant, PageInput, sortBy } from '../page.ts'
import { Role, StoredRole } from '../roles.ts'
import { nameText, SearchText } from '../text.ts'

/** Words that a slug may not be, because an address of the product is or may become one of them. */
export const reservedSlugs = new Set(
  'admin api app auth billing console docs help insula mail platform root settings status support www'.split(
    ' ',
  ),
)

export const Slug = z
  .string()
  .trim()
  .toLowerCase()
  .min(3, 'Use at least 3 characters')
  .max(40, 'Use at most 40 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'Use a–z, 0–9 and single hyphens between them')
  .refine((slug) => !reservedSlugs.has(slug), 'This one is reserved; choose another')

export const TenantName = nameText('Give the tenant a name', 80)

/** Every name, link and offset that `Intl.DateTimeFormat` takes; `Intl.supportedValuesOf` lists but one name of each. */
export const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

export const Tenant = z.object({
  id: id('tenant'),
  slug: z.string(),
  name: z.string(),
  locale: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  createdAt: Instant,
})
export type Tenant = z.infer<typeof Tenant>

export const NewTenant = z.strictObject({ name: TenantName, slug: Slug })
export const SlugQuery = z.strictObject({ slug: z.string().max(80) })
export const SlugAnswer = z.object({
  available: z.boolean(),
  reason: z.string().nullable(),
  suggestion: z.string().nullable(),
})
export const TenantRef = z.strictObject({ tenantId: id('tenant') })
export const TenantChange = z.strictObject({
  name: TenantName.optional(),
  locale: z.enum(['en', 'de']).optional(),
  timeZone: z
    .string()

    .max(64)
    .refine(isTimeZone, 'Not a known time zone, such as Europe/Rome')
    .optional(),
  currency: z.enum(['EUR', 'USD', 'GBP', 'CHF']).optional(),
})

export const Member = z.object({
  id: z.string().meta({ example: 'mem_01h455vb4pex5vsknk084sn02q' }),
  userId: z.string().meta({ example: 'usr_01h455vb4pex5vsknk084sn02q' }),
  name: z.string(),
  email: z.string(),
  role: StoredRole,
  joinedAt: Instant,
})
export type Member = z.infer<typeof Member>

export const invitationStates = ['pending', 'accepted', 'declined', 'revoked', 'expired'] as const
export const Invitation = z.object({
  id: z.string().meta({ example: 'inv_01h455vb4pex5vsknk084sn02q' }),
  email: z.string(),
  role: StoredRole,
  state: z.string().meta({ description: invitationStates.join(', '), example: 'pending' }),
  invitedBy: z.object({ id: z.string(), name: z.string() }),
  createdAt: Instant,
  expiresAt: Instant,
})
export type Invitation = z.infer<typeof Invitation>

export const NewInvitation = z.strictObject({ email: Email, role: Role })
export const invitationSorts = ['created', 'email'] as const
export const InvitationQuery = PageInput.extend({
  sort: sortBy(invitationSorts),
  state: z.enum(['open', 'ended']).optional(),
  search: SearchText.optional().describe('Part of the address'),
})
export const InvitationRef = z.strictObject({ invitationId: id('invitation') })
/** The secret from the mailed link. Only its SHA-256 is stored. */
export const InvitationToken = z.strictObject({ token: z.string().min(20).max(200) })
export const InvitationPreview = z.object({
  tenantName: z.string(),
  invitedBy: z.string(),
  email: z.string(),
  role: StoredRole,
  expiresAt: Instant,
  /** Whether a person with this address already has an account. */
  hasAccount: z.boolean(),
  /** It was used already: who accepted it is led in. */
  accepted: z.boolean(),
})
/** By the secret from the mail, or by id for one's own proven address. */
export const InvitationChoice = z.union([InvitationToken, InvitationRef])
/** An open invitation as the invited see it. */
export const OwnInvitation = z.object({
  id: z.string(),
  tenantName: z.string(),
  invitedBy: z.string(),
  role: StoredRole,
  expiresAt: Instant,
})
export type OwnInvitation = z.infer<typeof OwnInvitation>
export const MemberRef = z.strictObject({ memberId: id('member') })
export const RoleChange = z.strictObject({ memberId: id('member'), role: Role })
export const RemovalQuery = z.strictObject({ memberId: id('member'), role: Role.optional() })
/** What ends with a removal, or with a change to a role that holds less. */
export const RemovalPreview = z.object({
  apiKeys: z.array(z.object({ id: z.string(), name: z.string() })),
  invitations: z.array(z.object({ id: z.string(), email: z.string(), role: z.string() })),
})
export const People = z.object({
  members: z.array(Member),
  invitations: z.array(Invitation),
  seats: z.object({ used: z.number().int(), limit: z.number().int() }),
})
export type People = z.infer<typeof People>
