import { Refusal } from '@insula/contracts'
import { PendingSignUpModel, transaction } from '@insula/db'
import type { Origin } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { hashOf } from '../../kernel/secret.ts'
import type { OpenedSession } from '../credentials.ts'
import { hashPassword, requireStrong, verifyPassword } from '../password.ts'
import { takeGuess } from './limits.ts'
import { register } from './register.ts'
import { openSession } from './sessions.ts'
import { spentLink } from './sign-up.ts'

/**
 * Makes the account that a sign-up asked for, now that its address is proven, and opens a session. The password of the
 * sign-up counts only in the browser that chose it: anybody may have signed up with somebody else's address. Elsewhere
 * `password` is either that same one, or a new one. Throws `gone`, and `invalid` for the field `password`.
 */
export async function verifyEmail(
  { token, password }: { token: string; password?: string | undefined },
  browserSecret: string | null,
  origin: Origin,
  now = new Date(),
): Promise<OpenedSession> {
  const tokenHash = hashOf(token)
  const pending = await PendingSignUpModel.findOne({ tokenHash, tokenExpiresAt: { $gt: now } }).lean()
  if (!pending) throw spentLink()
  const { _id: email, name } = pending
  const sameBrowser = browserSecret !== null && hashOf(browserSecret) === pending.browserHash
  const passwordHash = sameBrowser ? pending.passwordHash : await chosen(password, pending)
  return transaction(async () => {
    const used = await PendingSignUpModel.findOneAndDelete({
      _id: email,
      tokenHash,
      passwordHash: pending.passwordHash,
    }).lean()
    if (!used) throw spentLink()
    const user = await register({ name, email, passwordHash }, origin)
    await recordPersonal({ user, origin }, 'user.email-verified')
    const opened = await openSession(user, origin)
    await recordPersonal({ user, origin }, 'user.signed-in')
    return opened
  })
}

/** The hash that becomes the account's, in another browser than the one that signed up. */
async function chosen(
  password: string | undefined,
  pending: { _id: string; name: string; passwordHash: string },
): Promise<string> {
  if (password === undefined) {
    throw new Refusal('invalid', 'Type the password that you signed up with, or choose a new one.', {
      field: 'password',
    })
  }
  const guess = await takeGuess(pending._id)
  const same = await guess.judge(() => verifyPassword(pending.passwordHash, password))
  if (!same) await requireStrong(password, { field: 'password', email: pending._id, name: pending.name })
  await guess.giveBack()
  return same ? pending.passwordHash : hashPassword(password)
}
