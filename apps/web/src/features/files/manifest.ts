import { IconFileText } from '@tabler/icons-react'
import type { Place, TouchesOf } from '../../patterns/manifest.ts'

export const places: Place[] = [
  { href: '/files', label: 'Files', icon: IconFileText, group: 'work', order: 10, needs: 'files:read' },
]

export const touches: TouchesOf<'files'> = {
  file: { reads: (api) => [api.files.pathKey(), api.billing.overview.pathKey()] },
}

export const later = () => import('./later.ts')
