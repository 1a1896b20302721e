import { randomBytes } from 'node:crypto'
import { Refusal } from '@insula/contracts'
import { AccountModel, transaction } from '@insula/db'
import type { Origin, Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { credentialsOf, type OpenedSession, pendingSignUpOf } from '../credentials.ts'
import { hashPassword, verifyPassword } from '../password.ts'
import { takeGuess } from './limits.ts'
import { ask } from './requests.ts'
import { endSession, openSession } from './sessions.ts'

/**
 * Opens a session for whoever knows the password. A known address and an unknown one take the same way: one look-up of
 * each kind, one hash, and for a wrong password one row. Throws `unauthenticated`, `email_unverified` (the link is
 * mailed again), `rate_limited` and `unavailable`.
 */
export async function signIn(
  { email, password, rememberMe = true }: { email: string; password: string; rememberMe?: boolean },
  origin: Origin,
): Promise<OpenedSession> {
  const guess = await takeGuess(email)
  const { known, stored, right } = await guess.judge(async () => {
    const decoy = await decoyHash()
    const known = await credentialsOf(email)
    const pending = await pendingSignUpOf(email)
    const stored = known ? known.passwordHash : (pending?.passwordHash ?? null)
    return { known, stored, right: await verifyPassword(stored ?? decoy, password) }
  })
  if (!right || stored === null) {
    await ask('wrong-password', email, origin, { locked: guess.last })
    throw wrong()
  }
  await guess.giveBack()
  if (!known) {
    await ask('verification', email, origin)
    throw new Refusal('email_unverified', 'Verify your e-mail address first. We sent you the link again.')
  }
  return transaction(async () => {
    // Written, not read: a reset that happens meanwhile then conflicts, instead of missing the session it should end.
    const still = await AccountModel.updateOne(
      { userId: known.user.id, providerId: 'credential', password: stored },
      { updatedAt: new Date() },
    )
    if (still.matchedCount === 0) throw wrong()
    const opened = await openSession(known.user, origin, rememberMe)
    await recordPersonal({ user: known.user, origin }, 'user.signed-in')
    return opened
  })
}

/** Ends the session that a person signed in with. */
export async function signOut(person: Person): Promise<void> {
  await transaction(async () => {
    if (await endSession(person)) await recordPersonal(person, 'user.signed-out')
  })
}

let decoy: Promise<string> | undefined
/** What a password is compared with when there is nothing to compare it with. */
function decoyHash(): Promise<string> {
  decoy ??= hashPassword(randomBytes(24).toString('base64url'))
  return decoy
}

const wrong = () => new Refusal('unauthenticated', 'E-mail address or password is wrong.')
