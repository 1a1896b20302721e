import { invitationMachine } from '@insula/contracts'
import { type InvitationDoc, InvitationModel } from '@insula/db'
import type { Kind } from '../kernel/move.ts'

export const anInvitation: Kind<InvitationDoc, typeof invitationMachine> = {
  machine: invitationMachine,
  model: InvitationModel,
  target: ({ _id, email }) => ({ kind: 'invitation', id: _id, name: email }),
  payload: ({ _id }) => ({ invitationId: _id }),
}
