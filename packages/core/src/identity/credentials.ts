import type { User } from '@insula/contracts'
import { AccountModel, type PendingSignUpDoc, PendingSignUpModel, UserModel } from '@insula/db'
import { presentUser } from './present.ts'

export interface OpenSession {
  id: string
  token: string
  expiresAt: Date
  /** Whether the browser keeps it when it is closed. */
  kept: boolean
}

export interface OpenedSession {
  user: User
  session: OpenSession
}

export interface Credentials {
  user: User
  /** Null for somebody who has no password. */
  passwordHash: string | null
}

/** Who has proven to own an address, with what they sign in by. */
export async function credentialsOf(email: string): Promise<Credentials | null> {
  const user = await UserModel.findOne({ email, emailVerified: true }).lean()
  const passwordHash = await passwordHashOf(user?._id ?? '')
  return user && { user: presentUser(user), passwordHash }
}

export async function passwordHashOf(userId: string): Promise<string | null> {
  const account = await AccountModel.findOne({ userId, providerId: 'credential' }, { password: 1 }).lean()
  return account?.password ?? null
}

/** The newest sign-up for an address that nobody has proven yet. */
export const pendingSignUpOf = (email: string, now = new Date()): Promise<PendingSignUpDoc | null> =>
  PendingSignUpModel.findOne({ _id: email, expiresAt: { $gt: now } }).lean()
