import { acrossTenants, MailModel } from '@insula/db'
import { notificationJobs } from '@insula/jobs/notifications'
import { nothingLeft, type Retrials } from '../../kernel/retrial.ts'
import { retryMail } from './log.ts'

export const mailRetrials: Retrials = {
  async [notificationJobs.sendMail.name]({ mailId }, requestId) {
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
}
