'use client'

import { mayGive } from '@insula/contracts'
import { useQueryClient } from '@tanstack/react-query'
import { useApi, useApiClient } from '../../api/client.ts'
import { useMe, useTenant } from '../../api/me.ts'
import type { BulkAction } from '../../patterns/use-bulk.ts'
import { invitationActs, type Person } from './person.ts'

/** What can be done to several people, each by the call that does it to one: whom it is not for stays as they are. */
export const usePeopleBulk = (): BulkAction<Person>[] => {
  const api = useApi()
  const client = useApiClient()
  const queryClient = useQueryClient()
  const { user } = useMe()
  const { permissions } = useTenant()
  const refresh = () => void queryClient.invalidateQueries({ queryKey: api.tenants.pathKey() })
  return [
    {
      label: 'Send again',
      takes: (person) => invitationActs(person, permissions).includes('resend'),
      run: ({ key }) => client.tenants.resendInvitation.mutate({ invitationId: key }).then(refresh),
      done: ['invitation is sent again', 'invitations are sent again'],
    },
    {
      label: 'Revoke',
      danger: true,
      takes: (person) => invitationActs(person, permissions).includes('revoke'),
      run: ({ key }) => client.tenants.revokeInvitation.mutate({ invitationId: key }).then(refresh),
      done: ['invitation is revoked', 'invitations are revoked'],
      consequence: 'The mailed links stop working at once and their seats become free. You can invite again.',
    },
    {
      label: 'Remove',
      danger: true,
      takes: (person) =>
        person.kind === 'member' &&
        person.member.userId !== user.id &&
        mayGive(permissions, person.member.role),
      run: ({ key }) => client.tenants.removeMember.mutate({ memberId: key }).then(refresh),
      done: ['member is removed', 'members are removed'],
      consequence:
        'They lose access at once, and API keys that they made and invitations that they sent end with it. Their files stay. Only an invitation brings them back.',
    },
  ]
}
