import { randomUUID } from 'node:crypto'
import { type NewMail, queueMail } from '@insula/core/notifications'
import { acrossTenants, MailModel } from '@insula/db'
import { expect } from 'vitest'

/** A first attempt that is not the last. */
export const once = { attempt: 1, lastAttempt: false }

export const aReset = (to: string, more: Partial<NewMail<'reset-password'>> = {}) =>
  queueMail({
    tenantId: null,
    to,
    template: 'reset-password',
    variables: { name: 'Ada' },
    link: `http://localhost:3000/reset-password?token=${randomUUID()}`,
    dedupeKey: randomUUID(),
    ...more,
  })

export async function anInvitation(
  tenantId: string,
  to: string,
  more: Partial<NewMail<'invitation'>> = {},
): Promise<string> {
  const mailId = await queueMail({
    tenantId,
    to,
    template: 'invitation',
    variables: { tenantName: 'Acme', invitedBy: 'Grace', role: 'member' },
    link: `http://localhost:3000/invitation?token=${randomUUID()}`,
    dedupeKey: randomUUID(),
    ...more,
  })
  return mailId ?? expect.unreachable()
}

export const rowOf = async (mailId: string | null) =>
  (await acrossTenants(MailModel.findById(mailId).lean(), 'a test looks at any row')) ?? expect.unreachable()
