import type { NewInvitedSignUp } from '@insula/contracts'
import { transaction } from '@insula/db'
import type { z } from 'zod'
import {
  hashPassword,
  type OpenedSession,
  openSession,
  register,
  requireStrong,
} from '../../identity/service/index.ts'
import type { Origin } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { acceptInvitation, proveByInvitation } from './acceptance.ts'

/**
 * Makes an account for the invited address, opens a session and joins the tenant, all or nothing. The token came by mail to
 * that address alone, so it proves it, and no second mail is needed; whatever was set for the address before ends. Throws
 * `gone`, `invalid` for the field `password`, and `conflict` when there is an account already.
 */
export async function signUpByInvitation(
  { token, name, password }: z.output<typeof NewInvitedSignUp>,
  origin: Origin,
): Promise<OpenedSession & { tenantId: string }> {
  const email = await proveByInvitation(token)
  await requireStrong(password, { field: 'password', email, name })
  const passwordHash = await hashPassword(password)
  return transaction(async () => {
    const user = await register({ name, email, passwordHash }, origin)
    await recordPersonal({ user, origin }, 'user.email-verified')
    const opened = await openSession(user, origin)
    await recordPersonal({ user, origin }, 'user.signed-in')
    const person = { user, sessionId: opened.session.id, activeTenantId: null, origin }
    const { tenantId } = await acceptInvitation(person, { token })
    return { ...opened, tenantId }
  })
}
