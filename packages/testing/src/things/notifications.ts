import type { MailTemplate } from '@insula/contracts'
import { answerRequest } from '@insula/core/identity/service/index'
import { coreEnv } from '@insula/core/kernel/env'
import { openLink } from '@insula/core/notifications/seal'
import { AccountRequestModel, acrossTenants, MailModel } from '@insula/db'

/** The secret link in the newest mail of a kind to an address, read from where it waits to be sent. */
export async function mailedLink(to: string, template: MailTemplate): Promise<URL> {
  await answerRequests()
  const mail = await acrossTenants(
    MailModel.findOne({ to, template }).sort({ _id: -1 }).lean(),
    'a test looks into any mailbox',
  )
  if (!mail?.sealedLink) throw new Error(`No ${template} mail with a link waits for ${to}`)
  return new URL(openLink(coreEnv().AUTH_SECRET, mail._id, mail.sealedLink))
}

export async function invitationTokenFor(email: string): Promise<string> {
  return (await mailedLink(email, 'invitation')).searchParams.get('token') ?? ''
}

/** Sees to everything that was asked about addresses, as the worker would. */
export async function answerRequests(): Promise<void> {
  const asked = await AccountRequestModel.find({}, { _id: 1 }).sort({ _id: 1 }).lean()
  for (const { _id } of asked) await answerRequest(_id)
}
