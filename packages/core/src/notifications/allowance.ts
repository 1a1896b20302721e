import { createHash } from 'node:crypto'
import { MailAllowanceModel } from '@insula/db'

const hourMs = 60 * 60_000

/**
 * Whether one more mail of this template may go to the address: at most `perHour` in any sixty minutes. Taken by one
 * conditional update, so that many who ask at once do not all get the last one.
 */
export async function takeAllowance(
  template: string,
  to: string,
  perHour: number,
  now: Date,
): Promise<boolean> {
  const hash = createHash('sha256').update(to.toLowerCase()).digest('base64url')
  const _id = `${template}/${hash}`
  const expiresAt = new Date(now.getTime() + hourMs)
  // First made, then taken: an upsert with the condition would collide with the row that does not meet it.
  await MailAllowanceModel.updateOne({ _id }, { $setOnInsert: { sentAt: [], expiresAt } }, { upsert: true })
  const oldest = `sentAt.${perHour - 1}`
  const taken = await MailAllowanceModel.updateOne(
    {
      _id,
      $or: [{ [oldest]: { $exists: false } }, { [oldest]: { $lte: new Date(now.getTime() - hourMs) } }],
    },
    { $push: { sentAt: { $each: [now], $position: 0, $slice: perHour } }, $set: { expiresAt } },
  )
  return taken.modifiedCount === 1
}
