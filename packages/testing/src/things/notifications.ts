import type { MailTemplate } from '@insula/contracts'
import { answerRequest } from '@insula/core/identity'
import { coreEnv } from '@insula/core/kernel/env'
import { queueMail, saveMailWording } from '@insula/core/notifications'
import { openLink } from '@insula/core/notifications/seal'
import {
  AccountRequestModel,
  acrossTenants,
  MailAllowanceModel,
  MailModel,
  MailWordingModel,
} from '@insula/db'
import { type DomainThings, type Occasion, unique } from '../occasion.ts'

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

/** A mail in the tenant's log. */
export async function aMail(tenantId: string, name: string): Promise<string> {
  const id = await queueMail({
    tenantId,
    to: `${name}@example.test`,
    template: 'invitation',
    variables: { tenantName: name, invitedBy: name, role: 'viewer' },
    link: 'http://localhost/invitation?token=none',
    dedupeKey: `test:${name}`,
  })
  return id ?? ''
}

async function sentMail({ callers }: Occasion) {
  const tenantId = callers.tenant.id
  await MailAllowanceModel.deleteMany({})
  const mailId = await aMail(tenantId, unique())
  const gone = { state: 'sent', template: 'subscription-activated', sealedLink: null, dueAt: null }
  const variables = { tenantName: 'T', planName: 'Pro' }
  await MailModel.updateOne({ tenantId, _id: mailId }, { $set: { ...gone, variables } })
  return { mailId }
}

const aWording = { template: 'invitation', locale: 'de' } as const

export const things: DomainThings = {
  calls: {
    getMail: {
      thing: true,
      input: async ({ callers }) => ({ mailId: await aMail(callers.tenant.id, unique()) }),
    },
    listMails: { input: () => ({ limit: 1 }) },
    listMailWordings: {},
    removeMailWording: {
      thing: true,
      async input({ callers }) {
        const { other, owner } = callers
        await MailWordingModel.deleteMany({ tenantId: other.tenant.id })
        await saveMailWording(owner, { ...aWording, subject: unique(), body: 'Hallo' })
        return aWording
      },
      leaves: { audit: ['mail-wording.removed'] },
    },
    resendMail: {
      thing: true,
      input: sentMail,
      leaves: { audit: ['mail.resent'], hints: ['mail.changed'] },
    },
    saveMailWording: {
      input: () => ({ ...aWording, subject: unique(), body: '{{invitedBy}} lädt Sie ein.' }),
      leaves: { audit: ['mail-wording.changed'] },
    },
  },
  async rows(owner, canary) {
    await saveMailWording(owner, { ...aWording, subject: canary, body: canary })
    return { mailId: await aMail(owner.tenantId, canary) }
  },
  shownIn: ['listMails', 'listMailWordings'],
}
