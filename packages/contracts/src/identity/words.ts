import { z } from 'zod'
import { typeId } from '../type-id.ts'
import { defineEvent } from '../word.ts'

export const actions = [
  'user.registered',
  'user.email-verified',
  'user.signed-in',
  'user.sign-in-failed',
  'user.locked',
  'user.signed-out',
  'user.password-changed',
  'user.password-reset',
  'user.profile-changed',
  'session.revoked',
] as const

export const ids = { user: 'usr', session: 'ses', accountRequest: 'arq' } as const

export const events = {
  userRegistered: defineEvent('user.registered', 'members:read', z.object({ userId: typeId(ids.user) })),
}

export const templates = [
  'verify-email',
  'already-registered',
  'reset-password',
  'password-changed',
  'welcome',
] as const

export const queue = 'identity'
