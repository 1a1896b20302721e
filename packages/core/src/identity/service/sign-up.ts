import { Refusal } from '@insula/contracts'
import { PendingSignUpModel, runAgainWhenMade, transaction } from '@insula/db'
import type { Origin } from '../../kernel/actor.ts'
import { hashOf, newSecret } from '../../kernel/secret.ts'
import { hashPassword, requireStrong } from '../password.ts'
import { ask } from './requests.ts'

/** How long a sign-up waits for its address to be proven; the mailed links live for an hour each. */
export const pendingLifetimeMs = 24 * 3_600_000

/**
 * Writes down who wants an account, in place of whoever wanted one for the same address before. The same is done for
 * an address that has an account already; the worker finds out and mails its owner. Returns the secret by which this
 * browser is known again.
 */
export async function signUp(
  { name, email, password }: { name: string; email: string; password: string },
  origin: Origin,
): Promise<{ browserSecret: string }> {
  await requireStrong(password, { field: 'password', email, name })
  const passwordHash = await hashPassword(password)
  const browserSecret = newSecret()
  const createdAt = new Date()
  await transaction(async () => {
    await PendingSignUpModel.updateOne(
      { _id: email },
      {
        name,
        passwordHash,
        browserHash: hashOf(browserSecret),
        createdAt,
        expiresAt: new Date(createdAt.getTime() + pendingLifetimeMs),
      },
      { upsert: true },
    ).catch(runAgainWhenMade)
    await ask('verification', email, origin)
  })
  return { browserSecret }
}

/** Mails the link that proves an address once more. */
export const requestVerification = (email: string, origin: Origin) => ask('verification', email, origin)

/** The link in a mail that opens nothing any more. */
export const spentLink = () =>
  new Refusal('gone', 'This link no longer works: it was used, replaced by a newer one, or is too old.')
