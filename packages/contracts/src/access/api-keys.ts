import { z } from 'zod'
import { id } from '../ids.ts'
import { Instant } from '../page.ts'
import { stored } from '../stored.ts'
import { nameText } from '../text.ts'

/**
 * The vocabulary of what one may do inside a tenant. Roles, API-key scopes, menus and the text of a 403 all
 * come from this one table; a procedure that names a permission missing here does not compile.
 */
export const permissions = {
  'tenant:read': 'See the tenant',
  'tenant:write': 'Change the tenant’s name and settings',
  'members:read': 'See members and invitations',
  'members:write': 'Invite, change and remove members',
  'api-keys:read': 'See API keys',
  'api-keys:write': 'Create and revoke API keys',
  'files:read': 'See and download files',
  'files:write': 'Upload and change files',
  'billing:read': 'See plan, usage and invoices',
  'billing:manage': 'Change plan and payment method',
  'mail:read': 'See the mail log',
  'mail:write': 'Send a mail again',
  'audit:read': 'See the audit log',
} as const

export type Permission = keyof typeof permissions
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

const except = (...left: Permission[]) => permissionNames.filter((name) => !left.includes(name))

/** Built-in roles, from most to least. */
export const roles = {
  owner: permissionNames as Permission[],
  admin: except('billing:manage'),
  member: ['tenant:read', 'members:read', 'files:read', 'files:write'] as Permission[],
  viewer: ['tenant:read', 'members:read', 'files:read'] as Permission[],
} as const satisfies Record<string, Permission[]>

export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as [Role, ...Role[]]
export const Role = z.enum(roleNames)
/** A role as it was stored. One that this release does not know holds nothing, and breaks no list. */
export const StoredRole = z
  .string()
  .meta({ description: 'owner, admin, member or viewer', example: 'member' })

/** What each role is for, in one line. */
export const roleDescriptions: Record<Role, string> = {
  owner: 'Everything, including plan and payment',
  admin: 'Everything except paying',
  member: 'Works with files, sees colleagues',
  viewer: 'Looks, changes nothing',
}

/** What a stored role holds; nothing for one that this release does not know. */
export const permissionsOf = (role: string): readonly Permission[] =>
  Object.hasOwn(roles, role) ? roles[role as Role] : []

export const describeRole = (role: string): string =>
  Object.hasOwn(roleDescriptions, role) ? roleDescriptions[role as Role] : 'A role this release does not know'

/** Whether a holder of these permissions may hand out or take away a role: nobody gives what they do not hold. */
export const mayGive = (held: readonly Permission[], role: string) =>
  permissionsOf(role).every((permission) => held.includes(permission))

export const roleHas = (role: Role, permission: Permission) =>
  (roles[role] as readonly Permission[]).includes(permission)

/** The roles that hold a permission, for "who could grant this". */
export const rolesWith = (permission: Permission) => roleNames.filter((role) => roleHas(role, permission))

/** The global scope, apart from every tenant's: people who run the platform. */
export const platformPermissions = {
  'platform:read': 'See all tenants, queues and health',
  'platform:operate': 'Retry and discard jobs',
} as const
export type PlatformPermission = keyof typeof platformPermissions
export const platformRoles = {
  admin: ['platform:read', 'platform:operate'],
  support: ['platform:read'],
  auditor: ['platform:read'],
} as const satisfies Record<string, PlatformPermission[]>
export type PlatformRole = keyof typeof platformRoles
export const PlatformRole = z.enum(['admin', 'support', 'auditor'])

export const Permission = z.enum(permissionNames)

/** An API key as it is listed; the key itself is shown once, when it is made. */
export const ApiKey = z.object({
  id: id('apiKey'),
  name: z.string(),
  prefix: z.string().describe('The first characters, to tell keys apart'),
  scopes: z.array(stored(permissionNames)),
  createdAt: Instant,
  createdBy: z.object({ id: z.string(), name: z.string() }),
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.strictObject({
  name: nameText('Give the key a name', 60),
  scopes: z.array(Permission).min(1, 'Choose at least one scope').max(permissionNames.length),
  expiresInDays: z
    .number()
    .int()
    .min(1)
    .max(365)
    .nullable()
    .default(90)
    .describe('Null for a key that does not end. One that a key makes ends with its maker at the latest'),
})
export const CreatedApiKey = z.object({ apiKey: ApiKey, secret: z.string().describe('Shown this once') })
export const ApiKeyRef = z.strictObject({ apiKeyId: id('apiKey') })
