import { fold, type Invitation, type Member, type People } from '@insula/contracts'

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

const isPending = (invitation: Invitation) => invitation.state === 'pending'

/** Members first, then the invitations that are open. */
export const peopleOf = (people: People, filter: { search: string; state: string }): Person[] => {
  const members = people.members.map(personRow.member)
  const open = people.invitations.filter(isPending).map(personRow.invitation)
  const chosen =
    filter.state === 'active' ? members : filter.state === 'pending' ? open : [...members, ...open]
  const search = fold(filter.search)
  return chosen.filter(({ name, email }) => fold(`${name ?? ''} ${email}`).includes(search))
}

/** Invitations that were declined, revoked or have expired; the server has searched them already. */
export const endedOf = (invitations: Invitation[]): Person[] => invitations.map(personRow.invitation)
