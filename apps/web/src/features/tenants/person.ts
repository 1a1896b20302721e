import {
  type ActOf,
  actsFor,
  fold,
  type Invitation,
  invitationMachine,
  type invitationSorts,
  type Member,
  mayGive,
  type People,
  type Permission,
  roleNames,
  type Sort,
} from '@insula/contracts'

/** A row of the members page: somebody who is in, or an invitation on its way to that or ended. */
export type Person =
  | { kind: 'member'; key: string; name: string; email: string; since: string; member: Member }
  | { kind: 'invitation'; key: string; name: null; email: string; since: string; invitation: Invitation }

const personRow = {
  member: (member: Member): Person => ({
    kind: 'member',
    key: member.id,
    name: member.name,
    email: member.email,
    since: member.joinedAt,
    member,
  }),
  invitation: (invitation: Invitation): Person => ({
    kind: 'invitation',
    key: invitation.id,
    name: null,
    email: invitation.email,
    since: invitation.createdAt,
    invitation,
  }),
}

export type InvitationAct = ActOf<typeof invitationMachine>

/** What somebody who holds these permissions can do about a row's invitation: by its table, and nobody gives what they lack. */
export const invitationActs = (person: Person, held: readonly Permission[]): InvitationAct[] =>
  person.kind === 'invitation' && mayGive(held, person.invitation.role)
    ? actsFor(invitationMachine, person.invitation.state, held)
    : []

const isPending = (invitation: Invitation) => invitation.state === 'pending'

/** Members and open invitations come in one answer, for the plan allows few: they are sorted where they are shown. */
export const peopleShape = {
  filters: ['search', 'state'],
  sorts: ['state', 'name', 'role', 'since'],
} as const

type Sorted = (typeof peopleShape.sorts)[number]

const roleOf = (person: Person) => (person.kind === 'member' ? person.member.role : person.invitation.role)

const sortedValue: Record<Exclude<Sorted, 'state'>, (person: Person) => string> = {
  name: ({ name, email }) => fold(name ?? email),
  // By what a role may do, not by its letters.
  role: (person) => String(roleNames.map(String).indexOf(roleOf(person))),
  since: ({ since }) => since,
}

/** In the order that was chosen; by state it is the usual one, or that the other way round. */
const inOrder = (people: Person[], sort: Sort<Sorted>) => {
  const descending = sort.startsWith('-')
  const by = sort.replace('-', '') as Sorted
  if (by === 'state') return descending ? people : people.toReversed()
  const of = sortedValue[by]
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const sorted = people.toSorted((a, b) => compare(of(a), of(b)) || compare(a.key, b.key))
  return descending ? sorted.toReversed() : sorted
}

/** What ended invitations are asked for by, for they are many and come page by page. */
export const endedSort = (sort: Sort<Sorted>): Sort<(typeof invitationSorts)[number]> => {
  if (sort === 'name') return 'email'
  if (sort === '-name') return '-email'
  return sort === 'since' ? 'created' : '-created'
}

/** Members first, then the invitations that are open, unless another order is chosen. */
export const peopleOf = (
  people: People,
  filter: { search: string; state: string },
  sort: Sort<Sorted> = '-state',
): Person[] => {
  const members = people.members.map(personRow.member)
  const open = people.invitations.filter(isPending).map(personRow.invitation)
  const chosen =
    filter.state === 'active' ? members : filter.state === 'pending' ? open : [...members, ...open]
  const search = fold(filter.search)
  const found = chosen.filter(({ name, email }) => fold(`${name ?? ''} ${email}`).includes(search))
  return inOrder(found, sort)
}

/** Invitations that were declined, revoked or have expired; the server has searched them already. */
export const endedOf = (invitations: Invitation[]): Person[] => invitations.map(personRow.invitation)
