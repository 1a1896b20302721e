import { IconKey } from '@tabler/icons-react'
import type { Place } from '../../patterns/manifest.ts'

export const places: Place[] = [
  {
    href: '/api-keys',
    label: 'API keys',
    icon: IconKey,
    group: 'developers',
    order: 10,
    needs: 'api-keys:read',
  },
]

export const later = () => import('./later.ts')
