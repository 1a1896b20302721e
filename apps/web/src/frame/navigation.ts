import type { Me, Permission, PlatformPermission } from '@insula/contracts'
import { platformRoles } from '@insula/contracts'
import {
  IconBuildingCommunity,
  IconCreditCard,
  IconFileText,
  IconHome,
  IconKey,
  IconListDetails,
  IconMail,
  IconServer2,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import type { Route } from 'next'

export interface Place {
  href: Route
  label: string
  icon: typeof IconHome
  /** What one must hold in the tenant to open it. */
  needs?: Permission
  /** What one must hold on the platform to open it. */
  needsPlatform?: PlatformPermission
}

interface PlaceGroup {
  label: string | null
  places: Place[]
}

/** Every page of the console, as the navigation groups them. Menus, palette, breadcrumb and 403 page all read this. */
const placeGroups: PlaceGroup[] = [
  { label: null, places: [{ href: '/', label: 'Home', icon: IconHome }] },
  { label: 'Work', places: [{ href: '/files', label: 'Files', icon: IconFileText, needs: 'files:read' }] },
  {
    label: 'People',
    places: [{ href: '/members', label: 'Members', icon: IconUsers, needs: 'members:read' }],
  },
  {
    label: null,
    places: [{ href: '/billing', label: 'Billing', icon: IconCreditCard, needs: 'billing:read' }],
  },
  {
    label: 'Developers',
    places: [{ href: '/api-keys', label: 'API keys', icon: IconKey, needs: 'api-keys:read' }],
  },
  {
    label: 'Records',
    places: [
      { href: '/mail', label: 'Mail log', icon: IconMail, needs: 'mail:read' },
      { href: '/audit', label: 'Audit', icon: IconListDetails, needs: 'audit:read' },
    ],
  },
  {
    label: null,
    places: [{ href: '/settings', label: 'Settings', icon: IconSettings, needs: 'tenant:read' }],
  },
  {
    label: 'Operator',
    places: [{ href: '/platform', label: 'Platform', icon: IconServer2, needsPlatform: 'platform:read' }],
  },
]

/** The pages that are reached from the account menu rather than the navigation. */
export const accountPlace: Place = { href: '/account', label: 'Account', icon: IconBuildingCommunity }

const mayOpen = (me: Me, place: Place) => {
  if (!me.tenant && !place.needsPlatform) return false
  if (place.needs) return me.tenant?.permissions.includes(place.needs) ?? false
  if (!place.needsPlatform) return true
  const held: readonly PlatformPermission[] = me.user.platformRole ? platformRoles[me.user.platformRole] : []
  return held.includes(place.needsPlatform)
}

/** The groups with only what this person may open. */
export const placesFor = (me: Me): PlaceGroup[] =>
  placeGroups
    .map((group) => ({ ...group, places: group.places.filter((place) => mayOpen(me, place)) }))
    .filter((group) => group.places.length > 0)

const isWithin = (pathname: string, href: string) => pathname === href || pathname.startsWith(`${href}/`)

export const placeAt = (pathname: string): Place | undefined =>
  [...placeGroups.flatMap((group) => group.places), accountPlace].find((place) =>
    isWithin(pathname, place.href),
  )
