'use client'

import { noticeMismatch } from './mismatch.ts'
import { faultOf } from './refusal.ts'
import { noticeSignedOut } from './signed-out.ts'

/** Hears from a call that failed whether the page still has the session it was made for, whoever made the call. */
export const noticeSession = (error: unknown) => {
  const { code } = faultOf(error)
  if (code === 'tenant_mismatch' || code === 'session_mismatch') noticeMismatch()
  // The page stays as it is: whoever sits at it signs in again right there, and goes on.
  if (code === 'unauthenticated') noticeSignedOut()
}
