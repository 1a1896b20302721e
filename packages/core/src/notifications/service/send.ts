import { setTimeout as pause } from 'node:timers/promises'
import type { MailTemplate } from '@insula/contracts'
import { acrossTenants, type MailDoc, MailModel } from '@insula/db'
import type { JobRun } from '@insula/jobs'
import { notificationJobs } from '@insula/jobs/notifications'
import { type MailOutcome, mailProvider } from '@insula/providers/mail'
import { coreEnv } from '../../kernel/env.ts'
import { moveIfItCan } from '../../kernel/move.ts'
import { aMail, mover } from '../kinds.ts'
import { renderMail } from '../render.ts'
import { openLink } from '../seal.ts'
import { knownTemplate } from '../templates/index.ts'

/** The mail is not out; the queue is to try again. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent'
}

/** The provider's ten seconds, and then time to write down what it said even if MongoDB restarts meanwhile. */
const leaseMs = 20_000
/** How many attempts may end with nobody knowing: the second one is the one risk of a duplicate. */
const maxUnknown = 2

type Row = MailDoc & { _id: string }

/**
 * Hands one mail to the provider, if it is still to be sent. The attempt is written down before it is made, as
 * `unknown`, so that a crash in the middle leaves that word behind. Throws `MailNotSent` when it should be tried again.
 */
export async function sendMail(
  mailId: string,
  jobRun: Pick<JobRun, 'attempt' | 'lastAttempt'>,
  clock: () => Date = () => new Date(),
): Promise<void> {
  const now = clock()
  const mail = await acrossTenants(MailModel.findById(mailId).lean(), 'the job names only the mail')
  if (!mail || mail.state === 'sent' || mail.state === 'failed') return
  if (mail.dueAt && mail.dueAt > now) throw new MailNotSent(`Not due before ${mail.dueAt.toISOString()}`)
  const hopeless = whyNotToSend(mail, now)
  if (hopeless) return giveUp(mail, hopeless, now)

  const claimed = await write(
    mail,
    'send',
    { dueAt: new Date(now.getTime() + leaseMs) },
    { at: now, outcome: 'unknown', status: null, detail: 'Handed over; no answer noted' },
  )
  if (!claimed) throw new MailNotSent('Another worker is sending it')
  const outcome = await attempt(claimed)
  await keepTrying(() => settle(claimed, outcome, jobRun, clock()))
  const parked = outcome.outcome === 'accepted' || outcome.outcome === 'refused' || jobRun.lastAttempt
  if (!parked) throw new MailNotSent(outcome.detail ?? outcome.outcome)
}

function whyNotToSend(mail: Row, now: Date): string | null {
  if (knownTemplate(mail.template)?.link.kind === 'secret') {
    const open = mail.sealedLink && mail.linkExpiresAt && mail.linkExpiresAt > now
    if (!open) return 'Its link expired before it could be sent'
  }
  const round = mail.attempts.slice(mail.attemptsBefore)
  if (round.filter(({ outcome }) => outcome === 'unknown').length >= maxUnknown) {
    return 'Nobody knows whether it arrived; a third copy is not risked'
  }
  return null
}

/** Renders and sends. A mail that cannot be rendered now may be after the next deployment. */
async function attempt(mail: Row): Promise<MailOutcome> {
  try {
    const secretLink = mail.sealedLink ? openLink(coreEnv().AUTH_SECRET, mail._id, mail.sealedLink) : null
    const { variables, linkExpiresAt, wording } = mail
    const rendered = await renderMail(mail.template as MailTemplate, {
      variables,
      secretLink,
      linkExpiresAt: linkExpiresAt ?? null,
      wording,
    })
    return await mailProvider().send({ mailId: mail._id, to: mail.to, ...rendered })
  } catch (error) {
    return {
      outcome: 'failed',
      status: null,
      detail: `Not rendered: ${(error as Error).message}`.slice(0, 500),
    }
  }
}

async function settle(
  mail: Row,
  outcome: MailOutcome,
  jobRun: Pick<JobRun, 'attempt' | 'lastAttempt'>,
  now: Date,
): Promise<void> {
  const path = `attempts.${mail.attempts.length - 1}`
  const noted = Object.fromEntries(Object.entries(outcome).map(([key, value]) => [`${path}.${key}`, value]))
  if (outcome.outcome === 'accepted') {
    // A fact, whoever claimed the mail meanwhile: no version is asked for.
    const sent = { sentAt: now, dueAt: null, sealedLink: null, linkExpiresAt: null }
    await change(mail, 'accept', {}, { ...noted, ...sent })
    return
  }
  const unclaimed = { version: mail.version }
  if (outcome.outcome === 'refused' || jobRun.lastAttempt) {
    await change(mail, 'giveUp', unclaimed, { ...noted, dueAt: null })
    return
  }
  const { backoffMs } = notificationJobs.sendMail
  const waitMs = backoffMs[Math.min(jobRun.attempt, backoffMs.length) - 1] ?? 0
  await change(mail, 'postpone', unclaimed, { ...noted, dueAt: new Date(now.getTime() + waitMs) })
}

async function giveUp(mail: Row, detail: string, now: Date): Promise<void> {
  await write(
    mail,
    'giveUp',
    { dueAt: null, sealedLink: null, linkExpiresAt: null },
    { at: now, outcome: 'failed', status: null, detail },
  )
}

/** Moves the mail if nobody changed it since it was read, and adds an attempt. Null when somebody did. */
async function write(mail: Row, act: 'send' | 'giveUp', set: object, attempt: object): Promise<Row | null> {
  const written = await moveIfItCan(mover(mail.tenantId, mail._id), aMail, act, mail._id, {
    still: { version: mail.version },
    set,
    update: { $push: { attempts: attempt }, $inc: { version: 1 } },
  })
  return written?.is ?? null
}

async function change(
  mail: Row,
  act: 'accept' | 'postpone' | 'giveUp',
  still: object,
  set: object,
): Promise<void> {
  const update = { $inc: { version: 1 } }
  await moveIfItCan(mover(mail.tenantId, mail._id), aMail, act, mail._id, { still, set, update })
}

/** A mail whose acceptance is not written down would be sent again: a restart of MongoDB is waited out. */
async function keepTrying(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + leaseMs / 2
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await pause(250)
    }
  }
}
