'use client'

import { SentMail } from './sent-mail.tsx'
import { authClient } from './shared/auth-client.ts'

/** After signing up: true for a new address and for one that has an account, which must not be told apart. */
export const SentProof = ({ email, onWrongAddress }: { email: string; onWrongAddress: () => void }) => (
  <SentMail onResend={() => authClient.sendVerificationEmail(email)} onWrongAddress={onWrongAddress}>
    We sent a mail to <strong>{email}</strong>. If this address is new here, it holds the link that creates
    your account; if it has an account already, it says how to get in.
  </SentMail>
)
