import type { PlatformRole, User } from '@insula/contracts'
import { UserModel } from '@insula/db'
import { auth } from './auth.ts'

/**
 * Makes a person whose address counts as verified: for demos and for tests, never for a request. One who is already
 * there is left as they are.
 */
export async function registerVerified(input: {
  name: string
  email: string
  password: string
  platformRole?: PlatformRole
}): Promise<User> {
  const { internalAdapter, password } = await auth().$context
  const known = await UserModel.findOne({ email: input.email }).lean()
  if (!known) {
    const created = await internalAdapter.createUser(
      {
        name: input.name,
        email: input.email,
        emailVerified: true,
      },
      { method: 'email-password' },
    )
    await internalAdapter.linkAccount({
      userId: created.id,
      providerId: 'credential',
      accountId: created.id,
      password: await password.hash(input.password),
    })
    if (input.platformRole)
      await UserModel.updateOne({ _id: created.id }, { platformRole: input.platformRole })
  }
  const doc = known ?? (await UserModel.findOne({ email: input.email }).lean())
  if (!doc) throw new Error(`${input.email} could not be registered`)
  return {
    id: doc._id,
    name: doc.name,
    email: doc.email,
    emailVerified: doc.emailVerified,
    platformRole: (doc.platformRole as PlatformRole | null | undefined) ?? null,
  }
}
