import { IconServer2 } from '@tabler/icons-react'
import type { Place } from '../../patterns/manifest.ts'

export const places: Place[] = [
  {
    href: '/platform',
    label: 'Platform',
    icon: IconServer2,
    group: 'operator',
    order: 10,
    needsPlatform: 'platform:read',
  },
]

export const later = () => import('./later.ts')
