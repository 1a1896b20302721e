import { features, type Me, type Role, roles } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { placeAt, placesFor } from './navigation.ts'

const aMe = (role: Role, platformRole: Me['user']['platformRole'] = null): Me => ({
  user: { id: 'usr_1', name: 'Ada', email: 'ada@example.com', emailVerified: true, platformRole },
  sessionId: 's',
  memberships: [],
  tenant: {
    id: 'ten_1',
    slug: 'acme',
    name: 'Acme',
    locale: 'en',
    timeZone: 'UTC',
    currency: 'EUR',
    role,
    permissions: [...roles[role]],
    planId: 'free',
    planName: 'Free',
    entitlements: { 'storage-bytes': 1, seats: 1, 'api-keys': 1, 'max-file-bytes': 1 },
    features: [...features],
    upgrades: {},
    billingNotice: null,
  },
})

const hrefs = (me: Me) => placesFor(me).flatMap((group) => group.places.map((place) => place.href))

describe('the navigation', () => {
  it('shows a member neither billing nor records', () => {
    const known = [
      '/',
      '/files',
      '/members',
      '/billing',
      '/api-keys',
      '/mail',
      '/audit',
      '/settings',
      '/platform',
    ]
    const listed = (role: Role) => hrefs(aMe(role)).filter((href) => known.includes(href))
    expect(listed('owner')).toEqual(known.filter((href) => href !== '/platform'))
    expect(listed('member')).toEqual(['/', '/files', '/members', '/settings'])
  })

  it('shows the platform to nobody without a platform role, owners included', () => {
    expect(hrefs(aMe('owner'))).not.toContain('/platform')
    expect(hrefs(aMe('viewer', 'auditor'))).toContain('/platform')
  })

  it('finds the place of an address, and Home only at the root', () => {
    expect(placeAt('/files')?.label).toBe('Files')
    expect(placeAt('/files/x')?.label).toBe('Files')
    expect(placeAt('/nowhere')).toBeUndefined()
    expect(placeAt('/')?.label).toBe('Home')
  })
})
