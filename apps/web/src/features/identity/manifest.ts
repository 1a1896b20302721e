import { IconBuildingCommunity } from '@tabler/icons-react'
import type { Place, TouchesOf } from '../../patterns/manifest.ts'

export const places: Place[] = [
  { href: '/account', label: 'Account', icon: IconBuildingCommunity, group: 'account', order: 10 },
]

export const touches: TouchesOf<'identity'> = { user: { reads: (api) => [api.tenants.people.pathKey()] } }

export const later = () => import('./later.ts')
