import { IconCreditCard } from '@tabler/icons-react'
import type { Place, TouchesOf } from '../../patterns/manifest.ts'

export const places: Place[] = [
  {
    href: '/billing',
    label: 'Billing',
    icon: IconCreditCard,
    group: 'billing',
    order: 10,
    needs: 'billing:read',
  },
]

export const touches: TouchesOf<'billing'> = {
  subscription: {
    reads: (api) => [api.identity.me.pathKey(), api.billing.pathKey(), api.files.usage.pathKey()],
    frame: true,
  },
  'billing-invoice': { reads: (api) => [api.billing.pathKey(), api.identity.me.pathKey()] },
}

export const later = () => import('./later.ts')
