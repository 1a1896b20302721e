import { IconSettings, IconUsers } from '@tabler/icons-react'
import type { Place, TouchesOf } from '../../patterns/manifest.ts'

export const places: Place[] = [
  { href: '/members', label: 'Members', icon: IconUsers, group: 'people', order: 10, needs: 'members:read' },
  {
    href: '/settings',
    label: 'Settings',
    icon: IconSettings,
    group: 'settings',
    order: 10,
    needs: 'tenant:read',
  },
]

export const touches: TouchesOf<'tenants'> = {
  tenant: { reads: (api) => [api.tenants.get.pathKey(), api.identity.me.pathKey()] },
  member: {
    reads: (api) => [api.tenants.people.pathKey(), api.identity.me.pathKey(), api.billing.overview.pathKey()],
    frame: true,
  },
  invitation: { reads: (api) => [api.tenants.people.pathKey(), api.tenants.listInvitations.pathKey()] },
}

export const later = () => import('./later.ts')
