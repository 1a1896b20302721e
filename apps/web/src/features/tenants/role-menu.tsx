'use client'

import {
  type Member,
  mayGive,
  type Permission,
  permissions,
  permissionsOf,
  type Role,
  roleDescriptions,
  roleNames,
} from '@insula/contracts'
import { Menu, Text, UnstyledButton } from '@mantine/core'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay, useMe, useTenant } from '../../api/me.ts'
import { confirm } from '../../patterns/confirm.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import classes from './members.module.css'
import type { Person } from './person.ts'
import { EndsList, endsNothing } from './what-ends.tsx'

/** What changing from one role to another would give and take, in the catalogue's words. */
const differences = (from: string, to: Role) => {
  const [before, after] = [permissionsOf(from), permissionsOf(to)]
  const gained = after.filter((permission) => !before.includes(permission))
  const lost = before.filter((permission) => !after.includes(permission))
  const told = (sign: string, changed: typeof gained) =>
    changed.length > 3
      ? `${sign} ${changed.length} permissions`
      : changed.map((permission) => `${sign} ${permissions[permission].toLowerCase()}`).join(', ')
  return [gained.length > 0 ? told('+', gained) : '', lost.length > 0 ? told('−', lost) : '']
    .filter(Boolean)
    .join('; ')
}

export const RoleMenu = ({ person }: { person: Person }) => {
  const me = useMe()
  const tenant = useTenant()
  const mayWrite = useMay('members:write')
  if (person.kind === 'invitation')
    return (
      <Text tt="capitalize" size="sm" component="span">
        {person.invitation.role}
      </Text>
    )
  const { member } = person
  const changeable = mayWrite && mayGive(tenant.permissions, member.role) && member.userId !== me.user.id
  if (!changeable)
    return (
      <Text tt="capitalize" size="sm" component="span">
        {member.role}
      </Text>
    )
  return <ChangeRole member={member} held={tenant.permissions} />
}

const ChangeRole = ({ member, held }: { member: Member; held: readonly Permission[] }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const queryKey = api.tenants.people.queryKey()

  const changeRole = useMutation(
    api.tenants.changeRole.mutationOptions({
      onMutate: async ({ memberId, role }) => {
        await queryClient.cancelQueries({ queryKey })
        const before = queryClient.getQueryData(queryKey)
        queryClient.setQueryData(
          queryKey,
          (people) =>
            people && {
              ...people,
              members: people.members.map((each) => (each.id === memberId ? { ...each, role } : each)),
            },
        )
        return before
      },
      onError: (error, _input, before) => {
        queryClient.setQueryData(queryKey, before)
        notifyFault(error)
      },
      onSettled: () => queryClient.invalidateQueries({ queryKey }),
    }),
  )
  const change = async (role: Role) => {
    const ends = await queryClient
      .fetchQuery(api.tenants.previewRemoval.queryOptions({ memberId: member.id, role }, { staleTime: 0 }))
      .catch(notifyFault)
    if (!ends) return
    if (endsNothing(ends)) return apply(role)
    confirm({
      title: (
        <>
          Make <bdi>{member.name}</bdi> {role}?
        </>
      ),
      consequence: (
        <>
          What they gave and would no longer hold ends with it, and does not come back with the role:
          <EndsList {...ends} />
        </>
      ),
      action: `Make ${role}`,
      onConfirm: () => apply(role),
    })
  }
  const apply = (role: Role) => {
    const before = roleNames.find((name) => name === member.role)
    const undo = before && (() => changeRole.mutate({ memberId: member.id, role: before }))
    changeRole.mutate(
      { memberId: member.id, role },
      { onSuccess: () => notify(`${member.name} is now ${role}`, undo) },
    )
  }

  return (
    <Menu width={300} position="bottom-start">
      <Menu.Target>
        <UnstyledButton
          className={classes.roleButton}
          fz="sm"
          aria-label={`Role of ${member.name}: ${member.role}`}
        >
          {member.role}
          <IconChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {roleNames
          .filter((role) => mayGive(held, role))
          .map((role) => (
            <Menu.Item
              key={role}
              rightSection={role === member.role ? <IconCheck size={16} aria-label="Current role" /> : null}
              onClick={() => role !== member.role && void change(role)}
            >
              <Text size="sm" fw={550} tt="capitalize">
                {role}
              </Text>
              <Text size="xs" c="dimmed">
                {role === member.role ? roleDescriptions[role] : differences(member.role, role)}
              </Text>
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
