'use client'

import { Anchor } from '@mantine/core'
import Link from 'next/link'
import { AskForLink } from './ask-for-link.tsx'
import { authClient } from './shared/auth-client.ts'

export const ForgotPassword = () => (
  <AskForLink
    title="Forgot your password?"
    about="We send you a link to choose a new one."
    below={
      <Anchor component={Link} href="/sign-in" inherit>
        Back to sign in
      </Anchor>
    }
    sent={(to) => <>If there is an account for {to}, a link to choose a new password is on its way there.</>}
    action="Send the link"
    send={authClient.requestPasswordReset}
  />
)
