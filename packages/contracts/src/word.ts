import type { z } from 'zod'

/** Built-in roles, from most to least. */
export const roleNames = ['owner', 'admin', 'member', 'viewer'] as const
export type Role = (typeof roleNames)[number]

/** Roles of people who run the platform. */
export const platformRoleNames = ['admin', 'support', 'auditor'] as const
export type PlatformRole = (typeof platformRoleNames)[number]

export interface PermissionWord<Holder extends string = Role> {
  /** What its holder may do, as it completes "You may …". */
  means: string
  holders: readonly Holder[]
}

/** A permission and who holds it beside the owner, who holds them all. */
export const permission = (means: string, ...holders: Exclude<Role, 'owner'>[]): PermissionWord => ({
  means,
  holders: ['owner', ...holders],
})

/** A permission over the platform itself and which of those who run it hold it. */
export const platformPermission = (
  means: string,
  ...holders: PlatformRole[]
): PermissionWord<PlatformRole> => ({ means, holders })

interface LimitWord {
  /** As it stands in "your plan’s …". */
  name: string
  /** What can be done about it where no plan lifts it. */
  room: string
  /** Whether what is used of it is counted up; one that is not holds for each thing by itself. */
  counted: boolean
}

/** A limit of which things take their part, such as seats. */
export const limit = (name: string, room: string) => ({ name, room, counted: true }) as const
/** A limit that holds for each thing by itself, such as the size of a file. */
export const bound = (name: string, room: string) => ({ name, room, counted: false }) as const

export interface HintContract<
  Type extends string = string,
  Payload extends z.ZodType = z.ZodType,
  Permission extends string = string,
> {
  type: Type
  payload: Payload
  /** What one must hold to be told. */
  seenWith: Permission
}

/** A reason for open pages to read again that is no fact for anybody else. Nothing of it is stored. */
export const defineHint = <
  const Type extends string,
  const Permission extends string,
  Payload extends z.ZodType,
>(
  type: Type,
  seenWith: Permission,
  payload: Payload,
): HintContract<Type, Payload, Permission> => ({ type, payload, seenWith })

/** A hint that is a fact as well, and stored. */
export interface EventContract<
  Type extends string = string,
  Payload extends z.ZodType = z.ZodType,
  Permission extends string = string,
> extends HintContract<Type, Payload, Permission> {
  version: number
}

/** A payload only ever gains optional fields; anything else is a new version. */
export const defineEvent = <
  const Type extends string,
  const Permission extends string,
  Payload extends z.ZodType,
>(
  ...words: Parameters<typeof defineHint<Type, Permission, Payload>>
): EventContract<Type, Payload, Permission> => ({ ...defineHint(...words), version: 1 })

/** All that a domain may bring to the vocabulary, each as an export of its `words.ts`. */
export interface DomainWords {
  permissions?: Readonly<Record<string, PermissionWord>>
  platformPermissions?: Readonly<Record<string, PermissionWord<PlatformRole>>>
  /** What can stand in the audit log: past-tense verbs on a kind of thing. */
  actions?: readonly string[]
  /** Facts, for whoever listens; open pages are told of each. */
  events?: Readonly<Record<string, EventContract>>
  hints?: Readonly<Record<string, HintContract>>
  /** Kinds of things with an id of their own, and the prefix that it carries. */
  ids?: Readonly<Record<string, string>>
  limits?: Readonly<Record<string, LimitWord>>
  /** What a plan gives or does not, each as it completes “It includes …”. */
  features?: Readonly<Record<string, string>>
  /** Names of mail templates. */
  templates?: readonly string[]
  /** The queue in which waits what happens later; the domain's own word. */
  queue?: string
}
