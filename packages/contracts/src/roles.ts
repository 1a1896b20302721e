import { z } from 'zod'
import { gather } from './gather.ts'
import {
  type Permission,
  type PlatformPermission,
  permissionNames,
  platformPermissionNames,
} from './permissions.ts'
import { platformRoleNames, roleNames } from './word.ts'

const words = gather('permissions')
const platformWords = gather('platformPermissions')
const heldBy = (role: Role) => permissionNames.filter((name) => words[name].holders.includes(role))
const heldOnPlatformBy = (role: PlatformRole) =>
  platformPermissionNames.filter((name) => platformWords[name].holders.includes(role))

/** What each built-in role holds, from most to least. */
export const roles: Readonly<Record<Role, Permission[]>> = {
  owner: heldBy('owner'),
  admin: heldBy('admin'),
  member: heldBy('member'),
  viewer: heldBy('viewer'),
}

export const Role = z.enum(roleNames)
export type Role = z.infer<typeof Role>
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

export const roleHas = (role: Role, permission: Permission) => roles[role].includes(permission)

/** The roles that hold a permission, for "who could grant this". */
export const rolesWith = (permission: Permission) => roleNames.filter((role) => roleHas(role, permission))

export const platformRoles: Readonly<Record<PlatformRole, PlatformPermission[]>> = {
  admin: heldOnPlatformBy('admin'),
  support: heldOnPlatformBy('support'),
  auditor: heldOnPlatformBy('auditor'),
}
export const PlatformRole = z.enum(platformRoleNames)
export type PlatformRole = z.infer<typeof PlatformRole>
