import { type Me, type PlatformPermission, platformRoles } from '@insula/contracts'
import { type Place, placeGroups } from '../patterns/manifest.ts'
import { allPlaces } from './features.ts'

interface PlaceGroup {
  label: string | null
  places: Place[]
}

const placesIn = (group: Place['group']) =>
  allPlaces.filter((place) => place.group === group).sort((one, other) => one.order - other.order)

const groups: PlaceGroup[] = (Object.keys(placeGroups) as (keyof typeof placeGroups)[]).map((name) => ({
  label: placeGroups[name],
  places: placesIn(name),
}))

/** The pages that are reached from the account menu rather than the navigation. */
export const accountPlaces = placesIn('account')

const mayOpen = (me: Me, place: Place) => {
  if (!me.tenant && !place.needsPlatform) return false
  if (place.needs) return me.tenant?.permissions.includes(place.needs) ?? false
  if (!place.needsPlatform) return true
  const held: readonly PlatformPermission[] = me.user.platformRole ? platformRoles[me.user.platformRole] : []
  return held.includes(place.needsPlatform)
}

/** The groups with only what this person may open. */
export const placesFor = (me: Me): PlaceGroup[] =>
  groups
    .map((group) => ({ ...group, places: group.places.filter((place) => mayOpen(me, place)) }))
    .filter((group) => group.places.length > 0)

const isWithin = (pathname: string, href: string) => pathname === href || pathname.startsWith(`${href}/`)

/** The page of an address. Menus, palette, breadcrumb and 403 page all read what the manifests say. */
export const placeAt = (pathname: string): Place | undefined =>
  allPlaces.find((place) => isWithin(pathname, place.href))
