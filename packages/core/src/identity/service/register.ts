import { events, type PlatformRole, Refusal, type User } from '@insula/contracts'
import { AccountModel, PendingSignUpModel, SessionModel, transaction, UserModel } from '@insula/db'
import type { Origin } from '../../kernel/actor.ts'
import { emit } from '../../kernel/emit.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { auth } from '../auth.ts'

/**
 * Makes a person whose address is proven, and ends whatever was set for that address before, by whomever. Joins the
 * caller's transaction. Throws `conflict` when the address has an account.
 */
export async function register(
  given: { name: string; email: string; passwordHash: string; platformRole?: PlatformRole | undefined },
  origin: Origin,
): Promise<User> {
  const { email, name, passwordHash, platformRole = null } = given
  const { internalAdapter } = await auth().$context
  return transaction(async () => {
    const before = await UserModel.findOne({ email }).lean()
    if (before?.emailVerified) {
      throw new Refusal('conflict', 'There is an account with this address already. Sign in instead.', {
        field: 'email',
      })
    }
    if (before) await remove(before._id)
    await PendingSignUpModel.deleteMany({ _id: email })
    const { id } = await internalAdapter.createUser(
      { name, email, emailVerified: true, ...(platformRole && { platformRole }) },
      { method: 'email-password' },
    )
    await internalAdapter.linkAccount({
      userId: id,
      providerId: 'credential',
      accountId: id,
      password: passwordHash,
    })
    const user: User = { id, name, email, emailVerified: true, platformRole }
    await recordPersonal({ user, origin }, 'user.registered', { after: { email } })
    await emit({ tenantId: null, id, origin }, events.userRegistered, { userId: id })
    return user
  })
}

/** A row from the time when people were made before their address was proven. */
async function remove(userId: string): Promise<void> {
  await SessionModel.deleteMany({ userId })
  await AccountModel.deleteMany({ userId })
  await UserModel.deleteOne({ _id: userId })
}
