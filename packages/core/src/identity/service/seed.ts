import type { PlatformRole, User } from '@insula/contracts'
import { UserModel } from '@insula/db'
import { hashPassword } from '../password.ts'
import { presentUser } from '../present.ts'
import { register } from './register.ts'

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
  const known = await UserModel.findOne({ email: input.email }).lean()
  if (known) return presentUser(known)
  const { password, ...rest } = input
  return register(
    { ...rest, passwordHash: await hashPassword(password) },
    { requestId: 'none', ipAddress: null, userAgent: null },
  )
}
