import { Refusal } from '@insula/contracts'
import { acrossTenants, EventModel, FileModel, MailModel, StripeEventModel } from '@insula/db'
import { billingJobs } from '@insula/jobs/billing'
import { eventJobs } from '@insula/jobs/events'
import { fileJobs } from '@insula/jobs/files'
import { notificationJobs } from '@insula/jobs/notifications'
import { retryFile } from '../../files/service/index.ts'
import { systemActor } from '../../kernel/actor.ts'
import { retryMail } from '../../notifications/service/index.ts'

/**
 * What it takes to do a failed job's work again: `again` runs the same job, `anew` says that its domain has begun over
 * with another. Throws a `conflict` that says why where the job would find nothing left to do.
 */
export type Retrial = (data: Record<string, unknown>, requestId: string) => Promise<'again' | 'anew'>

const nothingLeft = (why: string) => new Refusal('conflict', `${why} Discard this job.`)

/** Jobs that look at what became of their object first; any other, such as a sweep, simply runs again. */
export const retrials: ReadonlyMap<string, Retrial> = new Map<string, Retrial>([
  [
    fileJobs.makeVariants.name,
    async ({ tenantId, fileId, run }, requestId) => {
      const file = await FileModel.findOne({ _id: String(fileId), tenantId: String(tenantId) }).lean()
      if (!file) throw nothingLeft('Its file is no longer there.')
      if (file.state === 'processing' && file.run === run) return 'again'
      if (file.state !== 'failed') throw nothingLeft(`Its file is ${file.state} by now.`)
      await retryFile(systemActor(file.tenantId, requestId), file._id)
      return 'anew'
    },
  ],
  [
    notificationJobs.sendMail.name,
    async ({ mailId }, requestId) => {
      const mail = await acrossTenants(
        MailModel.findById(String(mailId), { state: 1 }).lean(),
        'whoever runs the platform retries the jobs of every tenant',
      )
      if (!mail) throw nothingLeft('Its mail is no longer there.')
      if (mail.state === 'sent') throw nothingLeft('Its mail was sent by now.')
      if (mail.state !== 'failed') return 'again'
      await retryMail(String(mailId), requestId)
      return 'anew'
    },
  ],
  [
    eventJobs.dispatchEvent.name,
    async ({ eventId }) => {
      const event = await EventModel.findById(String(eventId), { dispatchedAt: 1 }).lean()
      if (!event) throw nothingLeft('Its event is no longer there.')
      if (event.dispatchedAt) throw nothingLeft('Its event has reached everyone by now.')
      return 'again'
    },
  ],
  [
    billingJobs.applyStripeEvent.name,
    async ({ eventId }) => {
      const event = await StripeEventModel.findById(String(eventId), { state: 1, reason: 1 }).lean()
      if (!event) throw nothingLeft('Its event of Stripe is no longer there.')
      if (event.state === 'received') return 'again'
      const why = event.reason ? `: ${event.reason}` : ''
      throw nothingLeft(`Its event of Stripe is ${event.state} by now${why}.`)
    },
  ],
])
