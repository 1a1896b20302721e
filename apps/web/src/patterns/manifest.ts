import type { ActionOf, Domain, HintKindOf, Permission, PlatformPermission } from '@insula/contracts'
import type { IconHome } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import type { Route } from 'next'
import type { useApi } from '../api/client.ts'
import type { Touch } from '../api/live.tsx'

type Api = ReturnType<typeof useApi>
type Icon = typeof IconHome

/** The groups of the navigation, from top to bottom. A label of null is one that needs none. */
export const placeGroups = {
  home: null,
  work: 'Work',
  people: 'People',
  billing: null,
  developers: 'Developers',
  records: 'Records',
  settings: null,
  operator: 'Operator',
} as const

export interface Place {
  href: Route
  label: string
  icon: Icon
  /** Where the navigation lists it; `account` is reached from the account menu and the palette alone. */
  group: keyof typeof placeGroups | 'account'
  /** Its turn within the group: those with smaller numbers come first. */
  order: number
  /** What one must hold in the tenant to open it. */
  needs?: Permission
  /** What one must hold on the platform to open it. */
  needsPlatform?: PlatformPermission
}

/** By kind of event, the word before the dot. `*` is touched by each of them. */
export type Touches = Readonly<Record<string, Touch>>
/** A touch for each kind of event that a domain has, so that none is forgotten. */
export type TouchesOf<Name extends Domain> = Readonly<Record<HintKindOf<Name>, Touch>>

/** What every page of the console needs of a feature: it stands in the first load, so it holds no more than that. */
export interface Manifest {
  places?: readonly Place[]
  touches?: Touches
  later?: () => Promise<LaterManifest>
}

/** What the palette can begin. */
export interface Creation {
  id: string
  label: string
  icon: Icon
  href: Route
  order: number
  needs?: Permission
}

export interface Hit {
  id: string
  label: string
  description?: string
  href: string
}

/** A kind of thing that the palette finds. */
export interface Search {
  group: string
  icon: Icon
  order: number
  needs: Permission
  /** Things with this word in them, the best first; more than are shown may be returned. */
  find: (word: string, from: { api: Api; queryClient: QueryClient }) => Promise<Hit[]>
}

/** What is read only once it is wanted: when the palette opens, and where the server tells of the audit log. */
export interface LaterManifest {
  creations?: readonly Creation[]
  searches?: readonly Search[]
  /** Audit actions as sentences; actor and target are put in by name. What the product did by itself has no actor. */
  sentences?: Readonly<Record<string, string>>
}

/** A sentence for each audit action of a domain, so that none is forgotten. */
export type SentencesOf<Name extends Domain> = Readonly<Record<ActionOf<Name>, string>>
