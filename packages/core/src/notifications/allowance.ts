import { createHash } from 'node:crypto'
import { type MailTemplate, Refusal } from '@insula/contracts'
import { MailAllowanceModel, runAgainWhenMade } from '@insula/db'
import { entitlementsOf } from '../kernel/claims.ts'
import { templateOf } from './templates/index.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/** How often a mail that no stranger can cause may be sent again to one address within an hour. */
const againPerHour = 5
/** What an address gets in a day: apart for invitations, so that nobody's invitations keep a reset from arriving. */
const perDay = { invitations: 10, account: 20 } as const
/** A tenant that fills every seat of its plan five times a day is not inviting its people. */
const invitationsPerSeatAndDay = 5

interface Allowance {
  _id: string
  max: number
  windowMs: number
  /** What the caller is told; the time to wait is added. */
  spent: string
}

interface Addressed {
  template: MailTemplate
  to: string
  tenantId: string | null
}

/**
 * Takes what the mail needs of each allowance: of its address for the template and hour, of its address for the day, and for
 * invitations of the tenant for the day. Returns null when all were had, else what to tell and for how many seconds. Call it
 * inside the transaction of the mail: what is rolled back was not taken.
 */
export async function takeAllowances(
  mail: Addressed,
  now: Date,
  again = false,
): Promise<{ message: string; seconds: number } | null> {
  for (const allowance of await allowancesOf(mail, again)) {
    const seconds = await take(allowance, now)
    if (seconds !== null) return { message: allowance.spent, seconds }
  }
  return null
}

/** The same for a caller who is told: throws `rate_limited` with the seconds to wait. */
export async function requireAllowances(mail: Addressed, now: Date, again = false): Promise<void> {
  const refused = await takeAllowances(mail, now, again)
  if (!refused) return
  const { message, seconds } = refused
  const minutes = Math.ceil(seconds / 60)
  const wait =
    minutes > 90 ? `${Math.ceil(minutes / 60)} hours` : `${minutes} minute${minutes === 1 ? '' : 's'}`
  throw new Refusal('rate_limited', `${message} Try again in ${wait}.`, { retryAfterSeconds: seconds })
}

async function allowancesOf({ template, to, tenantId }: Addressed, again: boolean): Promise<Allowance[]> {
  const perHour = templateOf(template).perHour ?? (again ? againPerHour : null)
  if (perHour === null) return []
  const address = createHash('sha256').update(to.toLowerCase()).digest('base64url')
  const kind = template === 'invitation' ? 'invitations' : 'account'
  const ofAddress: Allowance[] = [
    {
      _id: `${template}/${address}`,
      max: perHour,
      windowMs: hourMs,
      spent: `${perHour} mails of this kind went to this address within an hour, as many as we send.`,
    },
    {
      _id: `${kind}/${address}`,
      max: perDay[kind],
      windowMs: dayMs,
      spent: 'This address was sent as many mails today as we send to one address.',
    },
  ]
  if (kind !== 'invitations' || !tenantId) return ofAddress
  const max = (await entitlementsOf({ tenantId })).seats * invitationsPerSeatAndDay
  const ofTenant = {
    _id: `tenant/${tenantId}`,
    max,
    windowMs: dayMs,
    spent: `This tenant sent ${max} invitations within a day, as many as its plan allows.`,
  }
  return [ofTenant, ...ofAddress]
}

/**
 * Takes one of `max` in any `windowMs`. Taken by one conditional update, so that many who ask at once do not all get the last
 * one. Returns null, or the seconds until there is one again.
 */
async function take({ _id, max, windowMs }: Allowance, now: Date): Promise<number | null> {
  const expiresAt = new Date(now.getTime() + windowMs)
  await open(_id, expiresAt)
  const oldest = `sentAt.${max - 1}`
  const taken = await MailAllowanceModel.updateOne(
    {
      _id,
      $or: [{ [oldest]: { $exists: false } }, { [oldest]: { $lte: new Date(now.getTime() - windowMs) } }],
    },
    { $push: { sentAt: { $each: [now], $position: 0, $slice: max } }, $set: { expiresAt } },
  )
  if (taken.modifiedCount === 1) return null
  const row = await MailAllowanceModel.findById(_id).lean()
  const freeAt = ((row?.sentAt as Date[] | undefined)?.[max - 1]?.getTime() ?? now.getTime()) + windowMs
  return Math.max(1, Math.ceil((freeAt - now.getTime()) / 1_000))
}

/** First made, then taken: an upsert with the condition would collide with the row that does not meet it. */
async function open(_id: string, expiresAt: Date): Promise<void> {
  try {
    await MailAllowanceModel.updateOne({ _id }, { $setOnInsert: { sentAt: [], expiresAt } }, { upsert: true })
  } catch (error) {
    runAgainWhenMade(error)
  }
}
