import type { Machine } from '../state-machine.ts'
import type { invitationStates } from './tenants.ts'

/** From the invitation to a member, or to an end without one. */
export const invitationMachine = {
  thing: 'invitation',
  states: {
    pending: 'open',
    accepted: 'accepted',
    declined: 'declined',
    revoked: 'revoked',
    expired: 'expired',
  },
  ends: ['accepted', 'declined', 'revoked'],
  steps: {
    invite: {
      from: [],
      to: 'pending',
      by: ['members:write'],
      audit: 'member.invited',
      event: 'member.invited',
      done: 'sent',
    },
    resend: {
      from: ['pending', 'expired'],
      to: 'pending',
      by: ['members:write'],
      audit: 'invitation.resent',
      event: 'invitation.changed',
      done: 'sent again',
      instead: 'Invite anew.',
    },
    revoke: {
      from: ['pending'],
      to: 'revoked',
      // The addressee, where they came in another way meanwhile; the system, where who gave it may not any more.
      by: ['members:write', 'addressee', 'system'],
      audit: 'invitation.revoked',
      event: 'invitation.changed',
      done: 'revoked',
    },
    accept: {
      from: ['pending'],
      to: 'accepted',
      by: ['addressee'],
      audit: 'member.joined',
      event: 'member.joined',
      doneIn: ['accepted'],
      done: 'accepted',
    },
    decline: {
      from: ['pending'],
      to: 'declined',
      by: ['addressee'],
      audit: 'invitation.declined',
      event: 'invitation.changed',
      doneIn: ['declined'],
      done: 'declined',
    },
    expire: {
      from: ['pending'],
      to: 'expired',
      by: ['system'],
      audit: 'invitation.expired',
      event: 'invitation.changed',
      done: 'ended',
    },
  },
} as const satisfies Machine<(typeof invitationStates)[number]>
