import { IconListDetails } from '@tabler/icons-react'
import type { Place, Touches } from '../../patterns/manifest.ts'

export const places: Place[] = [
  { href: '/audit', label: 'Audit', icon: IconListDetails, group: 'records', order: 20, needs: 'audit:read' },
]

export const touches: Touches = { '*': { reads: (api) => [api.audit.pathKey()] } }
