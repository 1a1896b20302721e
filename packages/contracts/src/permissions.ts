import { z } from 'zod'
import { gather, type WordsOf } from './gather.ts'

const words = gather('permissions')
const platformWords = gather('platformPermissions')

/**
 * The vocabulary of what one may do inside a tenant. Roles, API-key scopes, menus and the text of a 403 all
 * come from what the domains bring; a procedure that names a permission missing here does not compile.
 */
export type Permission = keyof WordsOf<'permissions'>
export const permissionNames = Object.keys(words) as [Permission, ...Permission[]]
export const Permission = z.enum(permissionNames)

/** What each permission allows, in words. */
export const permissions = meanings(words)

/** The global scope, apart from every tenant's: people who run the platform. */
export type PlatformPermission = keyof WordsOf<'platformPermissions'>
export const platformPermissionNames = Object.keys(platformWords) as [
  PlatformPermission,
  ...PlatformPermission[],
]
export const platformPermissions = meanings(platformWords)

function meanings<Word extends string>(table: Readonly<Record<Word, { means: string }>>) {
  const entries = Object.entries<{ means: string }>(table)
  return Object.fromEntries(entries.map(([word, { means }]) => [word, means])) as Record<Word, string>
}
