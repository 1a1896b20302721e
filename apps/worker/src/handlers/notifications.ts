import { sendMail, sweepMails } from '@insula/core/notifications/service/index'
import type { HandlersOf, notificationJobs } from '@insula/jobs'

export const notificationHandlers: HandlersOf<typeof notificationJobs> = {
  sendMail: ({ mailId }, run) => sendMail(mailId, run),
  sweepMails: () => sweepMails(),
}
