import { mailMachine } from '@insula/contracts'
import { type MailDoc, MailModel } from '@insula/db'
import { type Actor, systemActor } from '../kernel/actor.ts'
import type { Kind, Unowned } from '../kernel/move.ts'

export const aMail: Kind<MailDoc, typeof mailMachine> = {
  machine: mailMachine,
  model: MailModel,
  target: ({ _id, subject }) => ({ kind: 'mail', id: _id, name: subject }),
  payload: ({ _id }) => ({ mailId: _id }),
}

/** Who moves a mail when nobody asked. The platform's own mails are in nobody's log and on nobody's page. */
export const mover = (tenantId: string | null | undefined, mailId: string): Actor | Unowned =>
  tenantId ? systemActor(tenantId, mailId) : { tenantId: null }
