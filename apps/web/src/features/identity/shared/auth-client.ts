'use client'

import {
  type AddressProof,
  type Credentials,
  type NewInvitedSignUp,
  type NewSignUp,
  type PasswordChange,
  type PasswordReset,
  Problem,
  type RefusalCode,
} from '@insula/contracts'
import type { z } from 'zod'
import { madeForNow } from '../../../api/client.ts'
import { fetchInTime } from '../../../api/in-time.ts'
import { noticeSession } from '../../../api/notice-session.ts'
import type { FailedCall } from '../../../api/refusal.ts'

/** A call under `/api/auth` that was refused or failed, in the form that `faultOf` reads. */
class FailedAuthCall extends Error {
  readonly data: FailedCall

  constructor(data: FailedCall) {
    super(data.refusal?.message ?? 'The call failed')
    this.data = data
  }
}

/** Speaks with `/api/auth` on this origin: every flow that makes, ends or recovers a session. */
export const authClient = {
  signUp: (input: z.input<typeof NewSignUp>) => post('/sign-up/email', input),
  signUpByInvitation: (input: z.input<typeof NewInvitedSignUp>) => post('/sign-up/invitation', input),
  sendVerificationEmail: (email: string) => post('/send-verification-email', { email }),
  verifyEmail: (input: z.input<typeof AddressProof>) => post('/verify-email', input),
  /** A wrong password is no session that ended: it is told as `invalid`. */
  signIn: (input: z.input<typeof Credentials>) =>
    post('/sign-in/email', input, { unauthenticated: 'invalid' }),
  signOut: () => post('/sign-out', {}),
  requestPasswordReset: (email: string) => post('/request-password-reset', { email }),
  resetPassword: (input: z.input<typeof PasswordReset>) => post('/reset-password', input),
  changePassword: (input: z.input<typeof PasswordChange>) => post('/change-password', input),
}

const post = async (path: string, body: object, codes: Partial<Record<string, RefusalCode>> = {}) => {
  const answer = await fetchInTime(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...madeForNow() },
    body: JSON.stringify(body),
  })
  if (answer.ok) return
  const failed = new FailedAuthCall(await failureOf(answer, codes))
  noticeSession(failed)
  throw failed
}

/** What stands between us and the browser may answer, too, in words of its own. */
const failureOf = async (
  answer: Response,
  codes: Partial<Record<string, RefusalCode>>,
): Promise<FailedCall> => {
  const problem = Problem.safeParse(await answer.json().catch(() => null)).data
  if (!problem || problem.code === 'internal') {
    return { refusal: null, requestId: problem?.requestId ?? answer.headers.get('x-request-id') }
  }
  const [first] = problem.errors ?? []
  const wait = Number(answer.headers.get('retry-after'))
  const details = {
    ...(first && { field: first.field }),
    ...(wait > 0 && { retryAfterSeconds: wait }),
  }
  const message = first?.message ?? problem.detail
  const code = codes[problem.code] ?? problem.code
  return { refusal: { code, message, details }, requestId: problem.requestId }
}
