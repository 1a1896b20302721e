import type { UploadsByDay } from '@insula/contracts'
import { FileModel } from '@insula/db'
import type { Actor } from '../../kernel/actor.ts'
import { tenantOf } from '../../kernel/tenant.ts'

const dayMs = 86_400_000

/** The date of an instant where the tenant is, as `2026-11-21`. */
const dayIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return (at: Date) => format.format(at)
}

/** How many uploads began on each of the last `days` days, by the tenant's own calendar; trashed files count. */
export async function uploadsByDay(
  { tenantId }: Actor,
  days: number,
  now: Date = new Date(),
): Promise<UploadsByDay> {
  const tenant = await tenantOf(tenantId)
  const timeZone = tenant?.timeZone ?? 'UTC'
  const counted = await FileModel.aggregate<{ _id: string; uploads: number }>([
    // Reaches back into the day before the first one that is shown, whose counts are then left out.
    { $match: { tenantId, createdAt: { $gt: new Date(now.getTime() - days * dayMs), $lte: now } } },
    {
      $group: {
        _id: { $dateToString: { date: '$createdAt', format: '%Y-%m-%d', timezone: timeZone } },
        uploads: { $sum: 1 },
      },
    },
  ]).option({ maxTimeMS: 2_000 })
  const uploads = new Map(counted.map((row) => [row._id, row.uploads]))
  const dayOf = dayIn(timeZone)
  // Counted by dates from noon, so that a day of 23 or 25 hours is neither skipped nor told twice.
  const today = Date.parse(`${dayOf(now)}T12:00:00Z`)
  return {
    days: Array.from({ length: days }, (_, index) => {
      const day = new Date(today - (days - 1 - index) * dayMs).toISOString().slice(0, 10)
      return { day, uploads: uploads.get(day) ?? 0 }
    }),
  }
}
