import { acrossTenants, BillingCustomerModel, StripeCursorModel } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import { actedOn, keep } from './receive.ts'

const cursorId = 'events'
/** Stripe's events may show up in its list a little out of order. */
const overlapMs = 10 * 60_000
/** Stripe lists no older ones. */
const retentionMs = 30 * 24 * 60 * 60_000

/**
 * Asks Stripe for what happened since the last time, so that hours in which its calls did not reach us lose nothing.
 * Time is Stripe's throughout. Returns how many events were news.
 */
export async function catchUpWithStripe(now: Date = new Date()): Promise<number> {
  const anybody = await acrossTenants(
    BillingCustomerModel.findOne({}, { _id: 1 }).lean(),
    'whether anybody pays',
  )
  if (!anybody) return 0
  const cursor = await StripeCursorModel.findById(cursorId).lean()
  const from = cursor
    ? new Date(cursor.caughtUpTo.getTime() - overlapMs)
    : new Date(now.getTime() - retentionMs)
  let newest = cursor?.caughtUpTo ?? from
  let news = 0
  for await (const event of stripeProvider().listEvents(from, actedOn)) {
    if (await keep(event, 'catch-up', now)) news += 1
    if ('createdAt' in event && event.createdAt > newest) newest = event.createdAt
  }
  // Only after the last page: an interrupted listing is begun anew.
  await StripeCursorModel.updateOne({ _id: cursorId }, { $max: { caughtUpTo: newest } }, { upsert: true })
  return news
}
