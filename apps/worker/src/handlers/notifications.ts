import { sendMail, sweepMails } from '@insula/core/notifications'
import type { HandlersOf } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'

export const jobs = notificationJobs
export const handlers: HandlersOf<typeof jobs> = {
  sendMail: ({ mailId }, jobRun) => sendMail(mailId, jobRun),
  sweepMails: () => sweepMails(),
}
