import { IconPlus, IconUser, IconUserPlus } from '@tabler/icons-react'
import { isHit } from '../../patterns/hit.ts'
import type { Creation, Search, SentencesOf } from '../../patterns/manifest.ts'

export const creations: Creation[] = [
  {
    id: 'invite',
    label: 'Invite a person',
    icon: IconUserPlus,
    href: '/members?invite=1',
    order: 20,
    needs: 'members:write',
  },
  { id: 'tenant', label: 'New tenant', icon: IconPlus, href: '/onboarding?new=1', order: 40 },
]

export const searches: Search[] = [
  {
    group: 'People',
    icon: IconUser,
    order: 20,
    needs: 'members:read',
    async find(word, { api, queryClient }) {
      const { members, invitations } = await queryClient.fetchQuery(api.tenants.people.queryOptions())
      return [
        ...members
          .filter(({ name, email }) => isHit(word, name, email))
          .map(({ id, name, email }) => ({ id, label: name, description: email, email })),
        ...invitations
          .filter(({ state, email }) => state === 'pending' && isHit(word, email))
          .map(({ id, email }) => ({ id, label: email, description: 'Invited', email })),
      ].map(({ email, ...hit }) => ({ ...hit, href: `/members?search=${encodeURIComponent(email)}` }))
    },
  },
]

export const sentences: SentencesOf<'tenants'> = {
  'tenant.created': '{actor} created the tenant {target}',
  'tenant.changed': '{actor} changed the settings of {target}',
  'member.invited': '{actor} invited {target}',
  'member.joined': '{target} joined',
  'member.role-changed': '{actor} changed the role of {target}',
  'member.removed': '{actor} removed {target}',
  'invitation.revoked': '{actor} revoked the invitation of {target}',
  'invitation.resent': '{actor} sent the invitation of {target} again',
  'invitation.declined': '{target} declined the invitation',
  'invitation.expired': 'the invitation of {target} expired',
}
