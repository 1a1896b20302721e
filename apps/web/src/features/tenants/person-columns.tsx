'use client'

import { Avatar, Badge, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useMe } from '../../api/me.ts'
import type { Column } from '../../patterns/data-table.tsx'
import { initialsOf } from '../../patterns/initials.ts'
import { Time } from '../../patterns/time.tsx'
import classes from './members.module.css'
import type { Person } from './person.ts'
import { PersonMenu } from './person-menu.tsx'
import { RoleMenu } from './role-menu.tsx'

const Identity = ({ person }: { person: Person }) => {
  const { user } = useMe()
  return (
    <span className={classes.person}>
      {person.kind === 'member' ? (
        <Avatar size={32} radius="xl" color="gray" alt="">
          {initialsOf(person.name) || null}
        </Avatar>
      ) : (
        <Avatar size={32} radius="xl" color="gray" alt="">
          <IconMail size={16} stroke={1.6} />
        </Avatar>
      )}
      <span className={classes.personText}>
        <Text size="sm" fw={550} truncate component="span" display="block">
          <bdi>{person.name ?? person.email}</bdi>
          {person.email === user.email ? (
            <Text span c="dimmed" fw={400} inherit>
              {' '}
              (you)
            </Text>
          ) : null}
        </Text>
        <Text size="xs" c="dimmed" truncate component="span" display="block">
          {person.kind === 'member' ? person.email : `Invited by ${person.invitation.invitedBy.name}`}
        </Text>
      </span>
    </span>
  )
}

const states: Record<string, { label: string; color: string }> = {
  pending: { label: 'Invited', color: 'yellow' },
  accepted: { label: 'Accepted', color: 'green' },
  declined: { label: 'Declined', color: 'red' },
  revoked: { label: 'Revoked', color: 'gray' },
  expired: { label: 'Expired', color: 'gray' },
}

const State = ({ person }: { person: Person }) => {
  if (person.kind === 'member') return <Badge color="green">Active</Badge>
  const { state } = person.invitation
  const { label, color } = states[state] ?? { label: state, color: 'gray' }
  return <Badge color={color}>{label}</Badge>
}

export const personColumns: Column<Person>[] = [
  {
    key: 'person',
    head: 'Person',
    card: 'title',
    sort: 'name',
    cell: (person) => <Identity person={person} />,
  },
  {
    key: 'role',
    head: 'Role',
    card: 'fact',
    width: 140,
    sort: 'role',
    sortWords: ['most', 'least'],
    cell: (person) => <RoleMenu person={person} />,
  },
  {
    key: 'state',
    head: 'State',
    card: 'fact',
    width: 120,
    sort: 'state',
    sortWords: ['invited', 'active'],
    cell: (person) => <State person={person} />,
  },
  {
    key: 'since',
    head: 'Since',
    card: 'left-out',
    width: 140,
    align: 'end',
    sort: 'since',
    cell: (person) => <Time at={person.since} />,
  },
  {
    key: 'actions',
    head: 'Actions',
    bare: true,
    align: 'end',
    width: 48,
    card: 'corner',
    cell: (person) => <PersonMenu person={person} />,
  },
]
