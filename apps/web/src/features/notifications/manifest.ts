import { IconMail } from '@tabler/icons-react'
import type { Place, TouchesOf } from '../../patterns/manifest.ts'

export const places: Place[] = [
  { href: '/mail', label: 'Mail log', icon: IconMail, group: 'records', order: 10, needs: 'mail:read' },
]

export const touches: TouchesOf<'notifications'> = { mail: { reads: (api) => [api.notifications.pathKey()] } }

export const later = () => import('./later.ts')
