import { acrossTenants, MailModel } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'

/** How long a mail may be overdue before the queue is taken to have lost it. */
const graceMs = 10_000
const batch = 500

/**
 * Queues again what is overdue (Redis lost the job, or a worker died in the middle), and wipes secret links that
 * opened nothing any more. Answers how many mails were queued.
 */
export async function sweepMails(now: Date = new Date()): Promise<number> {
  const overdue = await acrossTenants(
    MailModel.find(
      { state: { $in: ['queued', 'sending'] }, dueAt: { $lte: new Date(now.getTime() - graceMs) } },
      { _id: 1 },
    )
      .sort({ dueAt: 1 })
      .limit(batch)
      .lean(),
    'the sweep finds what any tenant left behind',
  )
  for (const { _id } of overdue) await enqueue(notificationJobs.sendMail, { mailId: _id })
  await acrossTenants(
    MailModel.updateMany(
      { linkExpiresAt: { $lte: now }, state: { $in: ['sent', 'failed'] } },
      { $set: { sealedLink: null, linkExpiresAt: null }, $inc: { version: 1 } },
    ),
    'secrets of every tenant expire',
  )
  return overdue.length
}
