import { Refusal } from '@insula/contracts'
import {
  AccountModel,
  newId,
  PasswordResetModel,
  PendingSignUpModel,
  transaction,
  UserModel,
} from '@insula/db'
import type { Origin, Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { hashOf } from '../../kernel/secret.ts'
import { queueMail } from '../../notifications/service/index.ts'
import { auth } from '../auth.ts'
import { passwordHashOf } from '../credentials.ts'
import { hashPassword, requireStrong, verifyPassword } from '../password.ts'
import { presentUser } from '../present.ts'
import { forgetGuesses, takeGuess } from './limits.ts'
import { ask } from './requests.ts'
import { endAllSessions, endOtherSessions } from './sessions.ts'
import { spentLink } from './sign-up.ts'

/** Mails a link that lets its holder choose a new password, if somebody has this address. */
export const requestPasswordReset = (email: string, origin: Origin) => ask('password-reset', email, origin)

/**
 * Gives an account a new password for a mailed token, ends all of its sessions and every other link, and unlocks it.
 * Throws `gone`, and `invalid` for the field `newPassword`.
 */
export async function resetPassword(
  { token, newPassword }: { token: string; newPassword: string },
  origin: Origin,
  now = new Date(),
): Promise<void> {
  const _id = hashOf(token)
  // Held before anything is judged or hashed: of many who use one link at once only one costs anything.
  const reset = await PasswordResetModel.findOneAndUpdate(
    { _id, expiresAt: { $gt: now }, $or: [{ heldUntil: null }, { heldUntil: { $lte: now } }] },
    { heldUntil: new Date(now.getTime() + holdMs) },
  ).lean()
  if (!reset) throw spentLink()
  try {
    await resetHeld(_id, reset.userId, newPassword, origin)
  } catch (error) {
    await PasswordResetModel.updateOne({ _id }, { heldUntil: null }).catch(() => {})
    throw error
  }
}

/** Longer than a request may take. */
const holdMs = 10_000

async function resetHeld(_id: string, userId: string, newPassword: string, origin: Origin): Promise<void> {
  const doc = await UserModel.findOne({ _id: userId, emailVerified: true }).lean()
  if (!doc) throw spentLink()
  const user = presentUser(doc)
  await requireStrong(newPassword, { field: 'newPassword', ...user })
  const passwordHash = await hashPassword(newPassword)
  await transaction(async () => {
    const used = await PasswordResetModel.findOneAndDelete({ _id }).lean()
    if (!used) throw spentLink()
    await setPassword(user.id, passwordHash)
    await endAllSessions(user.id)
    await endLinks(user)
    await recordPersonal({ user, origin }, 'user.password-reset')
    await tell(user)
  })
  // Best effort: the lock ends by itself, and the password is changed whether it could be lifted or not.
  await forgetGuesses(user.email).catch(() => {})
}

/**
 * Changes the password of whoever knows the current one, and ends their other sessions and every mailed link. Throws
 * `invalid` for the field at fault, `rate_limited` and `unavailable`.
 */
export async function changePassword(
  person: Person,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<void> {
  const { user, origin } = person
  const guess = await takeGuess(user.email)
  const { stored, right } = await guess.judge(async () => {
    const stored = await passwordHashOf(user.id)
    return { stored, right: stored !== null && (await verifyPassword(stored, currentPassword)) }
  })
  if (!right) {
    await ask('wrong-password', user.email, origin, { locked: guess.last })
    throw wrongCurrent()
  }
  await guess.giveBack()
  await requireStrong(newPassword, { field: 'newPassword', ...user })
  const passwordHash = await hashPassword(newPassword)
  await transaction(async () => {
    // On the hash that was judged: of a change and a reset at the same time, the later one must not win unseen.
    const changed = await AccountModel.updateOne(
      { userId: user.id, providerId: 'credential', password: stored },
      { password: passwordHash, updatedAt: new Date() },
    )
    if (changed.matchedCount === 0) throw wrongCurrent()
    await endOtherSessions(person)
    await endLinks(user)
    await recordPersonal(person, 'user.password-changed')
    await tell(user)
  })
}

async function setPassword(userId: string, passwordHash: string): Promise<void> {
  const changed = await AccountModel.updateOne(
    { userId, providerId: 'credential' },
    { password: passwordHash, updatedAt: new Date() },
  )
  if (changed.matchedCount === 1) return
  const { internalAdapter } = await auth().$context
  await internalAdapter.linkAccount({
    userId,
    providerId: 'credential',
    accountId: userId,
    password: passwordHash,
  })
}

/** Nothing that was mailed before a password was set may set another. */
async function endLinks({ id, email }: { id: string; email: string }): Promise<void> {
  await PasswordResetModel.deleteMany({ userId: id })
  await PendingSignUpModel.deleteMany({ _id: email })
}

async function tell({ email, name }: { email: string; name: string }): Promise<void> {
  await queueMail({
    tenantId: null,
    to: email,
    template: 'password-changed',
    variables: { name },
    dedupeKey: `password-changed:${newId('mail')}`,
  })
}

const wrongCurrent = () =>
  new Refusal('invalid', 'The current password is wrong.', { field: 'currentPassword' })
