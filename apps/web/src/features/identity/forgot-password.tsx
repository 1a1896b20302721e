'use client'

import { Anchor } from '@mantine/core'
import Link from 'next/link'
import { AskForLink } from './ask-for-link.tsx'
import { authClient } from './auth-client.ts'
import { answered } from './auth-fault.ts'

export const ForgotPassword = () => (
  <AskForLink
    title="Forgot your password?"
    about="We send you a link to choose a new one."
    below={
      <Anchor component={Link} href="/sign-in" inherit>
        Back to sign in
      </Anchor>
    }
    what="a link to choose a new password, if there is an account with this address,"
    action="Send the link"
    send={(email) => answered(authClient.requestPasswordReset({ email }))}
  />
)
