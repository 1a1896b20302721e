import type { AccountRequestKind } from '@insula/contracts'
import {
  type AccountRequestDoc,
  AccountRequestModel,
  afterCommit,
  newId,
  PasswordResetModel,
  PendingSignUpModel,
  transaction,
  UserModel,
} from '@insula/db'
import { enqueue } from '@insula/jobs'
import { identityJobs } from '@insula/jobs/identity'
import type { Origin } from '../../kernel/actor.ts'
import { coreEnv } from '../../kernel/env.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { hashOf, newSecret } from '../../kernel/secret.ts'
import { queueMail } from '../../notifications/service/index.ts'
import { pendingSignUpOf } from '../credentials.ts'
import { presentUser } from '../present.ts'

const hourMs = 3_600_000

/**
 * Writes down what was asked about an address, without looking whose it is, and has the worker see to it. If Redis does
 * not take the job, the sweep finds the row.
 */
export async function ask(
  kind: AccountRequestKind,
  email: string,
  origin: Origin,
  more: { locked?: boolean } = {},
): Promise<void> {
  const accountRequestId = newId('accountRequest')
  const at = new Date()
  const expiresAt = new Date(at.getTime() + hourMs)
  await AccountRequestModel.create([
    { _id: accountRequestId, kind, email, ...more, ...origin, at, expiresAt },
  ])
  afterCommit(() => enqueue(identityJobs.answerRequest, { accountRequestId }))
}

/** Does what was asked, once: the row is deleted in the transaction of what comes of it. */
export async function answerRequest(accountRequestId: string): Promise<void> {
  await transaction(async () => {
    const request = await AccountRequestModel.findByIdAndDelete(accountRequestId).lean()
    if (request) await answers[request.kind](request)
  })
}

/** Requests younger than this are still on their ordinary way to the queue. */
const graceMs = 5_000

/** Queues what was written down but never queued. Returns how many there were. */
export async function sweepRequests(now = new Date()): Promise<number> {
  const left = await AccountRequestModel.find({ at: { $lt: new Date(now.getTime() - graceMs) } }, { _id: 1 })
    .sort({ at: 1 })
    .limit(1_000)
    .lean()
  await Promise.all(left.map(({ _id }) => enqueue(identityJobs.answerRequest, { accountRequestId: _id })))
  return left.length
}

const answers: Record<AccountRequestKind, (request: AccountRequestDoc) => Promise<void>> = {
  /** Mails the link that proves the address; to somebody who has an account, a way into that. */
  async verification({ _id, email }) {
    const user = await ownerOf(email)
    if (user) {
      await PendingSignUpModel.deleteOne({ _id: email })
      await queueMail({
        tenantId: null,
        to: user.email,
        template: 'already-registered',
        variables: { name: user.name },
        dedupeKey: `already-registered:${_id}`,
      })
      return
    }
    const pending = await pendingSignUpOf(email)
    if (!pending) return
    const token = newSecret()
    const mailId = await queueMail({
      tenantId: null,
      to: email,
      template: 'verify-email',
      variables: { name: pending.name },
      link: `${coreEnv().APP_URL}/verify-email?token=${token}`,
      dedupeKey: `verify:${_id}`,
    })
    // Without a mail the link that was mailed before stays good: there would be no other until the hour is over.
    if (!mailId) return
    const tokenExpiresAt = new Date(Date.now() + hourMs)
    await PendingSignUpModel.updateOne({ _id: email }, { tokenHash: hashOf(token), tokenExpiresAt })
  },

  async 'password-reset'({ _id, email }) {
    const user = await ownerOf(email)
    if (!user) return
    const token = newSecret()
    const mailId = await queueMail({
      tenantId: null,
      to: user.email,
      template: 'reset-password',
      variables: { name: user.name },
      link: `${coreEnv().APP_URL}/reset-password?token=${token}`,
      dedupeKey: `reset:${_id}`,
    })
    if (!mailId) return
    const expiresAt = new Date(Date.now() + hourMs)
    await PasswordResetModel.create([{ _id: hashOf(token), userId: user.id, expiresAt }])
  },

  /** Into the log of the account's owner; wrong passwords for addresses that nobody has leave nothing. */
  async 'wrong-password'(request) {
    const user = await ownerOf(request.email)
    if (!user) return
    const { requestId, ipAddress = null, userAgent = null, at } = request
    const owner = { user, origin: { requestId, ipAddress, userAgent } }
    await recordPersonal(owner, 'user.sign-in-failed', {}, at)
    if (request.locked) await recordPersonal(owner, 'user.locked', {}, at)
  },
}

async function ownerOf(email: string) {
  const doc = await UserModel.findOne({ email, emailVerified: true }).lean()
  return doc && presentUser(doc)
}
