import { IconHome } from '@tabler/icons-react'
import type { Place } from '../../patterns/manifest.ts'

export const places: Place[] = [{ href: '/', label: 'Home', icon: IconHome, group: 'home', order: 10 }]
