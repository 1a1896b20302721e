import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

const seconds = (count: number) => count * 1_000
const minutes = (count: number) => seconds(60 * count)

export const notificationJobs = {
  /** Hands one mail to the provider. */
  sendMail: defineJob('notifications.send-mail', {
    payload: z.strictObject({ mailId: z.string() }),
    // The hourly tail outlives an outage of the provider of more than a day.
    attempts: 32,
    backoffMs: [seconds(1), seconds(5), seconds(30), minutes(2), minutes(10), minutes(30), minutes(60)],
    key: ({ mailId }) => mailId,
  }),
  /** Finds mails that were left behind, and wipes secret links that nobody may use any more. */
  sweepMails: defineSweep('notifications.sweep-mails', 15_000),
}
