'use client'

import { mayGive } from '@insula/contracts'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconLogout, IconMailForward, IconTrash, IconUserMinus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay, useMe, useTenant } from '../../api/me.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { type InvitationAct, invitationActs, type Person } from './person.ts'
import { WhatEnds } from './what-ends.tsx'

/** What can be done about a person: resend or revoke an invitation, remove a member, leave. */
export const PersonMenu = ({ person }: { person: Person }) => {
  const { user } = useMe()
  const tenant = useTenant()
  const mayWrite = useMay('members:write')
  const actions = usePersonActions()
  const can = (act: InvitationAct) => invitationActs(person, tenant.permissions).includes(act)
  const isSelf = person.kind === 'member' && person.member.userId === user.id

  const items =
    person.kind === 'invitation' ? (
      can('resend') || can('revoke') ? (
        <>
          {can('resend') ? (
            <Menu.Item
              leftSection={<IconMailForward size={16} />}
              onClick={() => actions.resend.mutate({ invitationId: person.invitation.id })}
            >
              Send again
            </Menu.Item>
          ) : null}
          {can('revoke') ? (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() =>
                confirm({
                  title: (
                    <>
                      Revoke the invitation of <bdi>{person.email}</bdi>?
                    </>
                  ),
                  consequence:
                    'The mailed link stops working at once and its seat becomes free. You can invite again.',
                  action: 'Revoke invitation',
                  onConfirm: () => actions.revoke.mutate({ invitationId: person.invitation.id }),
                })
              }
            >
              Revoke
            </Menu.Item>
          ) : null}
        </>
      ) : null
    ) : isSelf ? (
      <Menu.Item
        color="red"
        leftSection={<IconLogout size={16} />}
        onClick={() =>
          confirm({
            title: (
              <>
                Leave <bdi>{tenant.name}</bdi>?
              </>
            ),
            consequence:
              'You lose access at once. API keys that you made and invitations that you sent end with it. Only an invitation brings you back.',
            action: 'Leave',
            onConfirm: () => actions.leave.mutate(),
          })
        }
      >
        Leave <bdi>{tenant.name}</bdi>
      </Menu.Item>
    ) : mayWrite && mayGive(tenant.permissions, person.member.role) ? (
      <Menu.Item
        color="red"
        leftSection={<IconUserMinus size={16} />}
        onClick={() =>
          confirm({
            title: (
              <>
                Remove <bdi>{person.name}</bdi>?
              </>
            ),
            consequence: (
              <>
                <bdi>{person.name}</bdi> loses access to <bdi>{tenant.name}</bdi> at once. Their files stay.
                Only an invitation brings them back.
                <WhatEnds memberId={person.member.id} />
              </>
            ),
            action: 'Remove',
            onConfirm: () => actions.remove.mutate({ memberId: person.member.id }),
          })
        }
      >
        Remove from <bdi>{tenant.name}</bdi>
      </Menu.Item>
    ) : null

  if (!items) return null
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${person.name ?? person.email}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{items}</Menu.Dropdown>
    </Menu>
  )
}

const usePersonActions = () => {
  const api = useApi()
  const queryClient = useQueryClient()
  const refresh = () => queryClient.invalidateQueries({ queryKey: api.tenants.pathKey() })
  const done = (message: string) => ({
    onSuccess: () => {
      notify(message)
      return refresh()
    },
    onError: notifyFault,
  })
  return {
    resend: useMutation(api.tenants.resendInvitation.mutationOptions(done('Invitation sent again'))),
    revoke: useMutation(api.tenants.revokeInvitation.mutationOptions(done('Invitation revoked'))),
    remove: useMutation(api.tenants.removeMember.mutationOptions(done('Member removed'))),
    leave: useMutation(
      api.tenants.leave.mutationOptions({ onSuccess: () => leaveFor('/'), onError: notifyFault }),
    ),
  }
}
