import { AuditEntry, Me, NoInput, ProfileChange, Session, SessionRef, User } from '@insula/contracts'
import { listOwnActivity } from '@insula/core/audit'
import { changeProfile, listSessions, revokeOtherSessions, revokeSession } from '@insula/core/identity'
import { whoAmI } from '@insula/core/wiring/me'
import { z } from 'zod'
import { router, signedIn } from '../trpc.ts'

/** One's own account. Signing in and out is better-auth's, under `/api/auth`. */
export const identityRouter = router({
  me: signedIn()
    .input(NoInput)
    .output(Me)
    .query(({ ctx }) => whoAmI(ctx.person)),
  listSessions: signedIn()
    .input(NoInput)
    .output(z.array(Session))
    .query(({ ctx }) => listSessions(ctx.person)),
  revokeSession: signedIn()
    .input(SessionRef)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeSession(ctx.person, input.sessionId)),
  revokeOtherSessions: signedIn()
    .input(NoInput)
    .output(z.void())
    .mutation(({ ctx }) => revokeOtherSessions(ctx.person)),
  changeProfile: signedIn()
    .input(ProfileChange)
    .output(User)
    .mutation(({ ctx, input }) => changeProfile(ctx.person, input.name)),
  listActivity: signedIn()
    .input(NoInput)
    .output(z.array(AuditEntry))
    .query(({ ctx }) => listOwnActivity(ctx.person)),
})
