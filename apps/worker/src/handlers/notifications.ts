import { sendMail, sweepMails } from '@insula/core/notifications/service/index'
import type { HandlersOf, notificationJobs } from '@insula/jobs'

export const notificationHandlers: HandlersOf<typeof notificationJobs> = {
  sendMail: ({ mailId }, jobRun) => sendMail(mailId, jobRun),
  sweepMails: () => sweepMails(),
}
