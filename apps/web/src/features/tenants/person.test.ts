import type { Invitation, People } from '@insula/contracts'
import { describe, expect, it } from 'vitest'
import { endedOf, endedSort, peopleOf } from './person.ts'

const anInvitation = (state: Invitation['state']): Invitation => ({
  id: `inv_${state}`,
  email: `${state}@example.com`,
  role: 'member',
  state,
  invitedBy: { id: 'usr_1', name: 'Ada' },
  createdAt: '2026-11-21T08:00:00Z',
  expiresAt: '2026-11-28T08:00:00Z',
})

const people: People = {
  members: [
    {
      id: 'mem_1',
      userId: 'usr_1',
      name: 'Zoe\u0308 Ada Lovelace',
      email: 'ada@example.com',
      role: 'owner',
      joinedAt: '2026-11-21T08:00:00Z',
    },
  ],
  invitations: (['pending', 'accepted', 'revoked', 'expired', 'declined'] as const).map(anInvitation),
  seats: { used: 2, limit: 5 },
}

const keys = (search: string, state: string) =>
  peopleOf(people, { search, state }).map((person) => person.key)

describe('the rows of the members page', () => {
  it('never list an accepted invitation beside the member it became', () => {
    for (const state of ['', 'active', 'pending']) expect(keys('', state)).not.toContain('inv_accepted')
  })

  it('show ended invitations only when asked for', () => {
    expect(keys('', '')).toEqual(['mem_1', 'inv_pending'])
    expect(endedOf([anInvitation('revoked')])).toMatchObject([{ kind: 'invitation', key: 'inv_revoked' }])
  })

  it('are searched by name and by address, whatever the case of either', () => {
    expect(keys('ADA', '')).toEqual(['mem_1'])
    expect(keys('da lovel', '')).toEqual(['mem_1'])
    expect(keys('Zoë', '')).toEqual(['mem_1'])
    expect(keys('pending@', '')).toEqual(['inv_pending'])
  })

  it('are in the order that was chosen, roles by what they may do', () => {
    const order = (sort: Parameters<typeof peopleOf>[2]) =>
      peopleOf(people, { search: '', state: '' }, sort).map((person) => person.key)
    expect(order('state')).toEqual(['inv_pending', 'mem_1'])
    expect(order('name')).toEqual(['inv_pending', 'mem_1'])
    expect(order('-name')).toEqual(['mem_1', 'inv_pending'])
    expect(order('role')).not.toEqual(order('-role'))
  })
})

describe('ended invitations', () => {
  it('are asked for in an order that the server has', () => {
    expect((['name', '-name', 'since', '-since', 'role', '-state'] as const).map(endedSort)).toEqual([
      'email',
      '-email',
      'created',
      '-created',
      '-created',
      '-created',
    ])
  })
})
