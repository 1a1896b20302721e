'use client'

import { Email } from '@insula/contracts'
import { Anchor, Button, TextInput } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { afterVerifying } from './after-verifying.ts'
import { authClient } from './auth-client.ts'
import { AuthFault, answered } from './auth-fault.ts'
import { PasswordField } from './password-field.tsx'
import { SentMail } from './sent-mail.tsx'

const Credentials = z.object({ email: Email, password: z.string().min(1, 'Type your password') })

/** `next` is where to go on to, a path of this site. */
export const SignIn = ({ next, email }: { next: string; email: string }) => {
  const checked = useCheckedForm({
    name: 'sign-in',
    light: true,
    schema: Credentials,
    initialValues: { email, password: '' },
  })
  const { form, pending } = checked
  const [unverified, setUnverified] = useState(false)

  const signIn = async (values: typeof form.values) => {
    try {
      await answered(authClient.signIn.email(values))
    } catch (error) {
      if (!(error instanceof AuthFault) || error.code !== 'EMAIL_NOT_VERIFIED') throw error
      afterVerifying.remember(next)
      setUnverified(true)
      return
    }
    // A full load: the frame is rendered anew, for the person who is now signed in.
    leaveFor(next)
    await new Promise(() => undefined)
  }

  if (unverified)
    return (
      <SentMail
        to={form.values.email}
        what="a link that verifies your address"
        onResend={() => answered(authClient.sendVerificationEmail({ email: form.values.email }))}
        onWrongAddress={() => setUnverified(false)}
      />
    )

  return (
    <EntranceCard
      title="Sign in"
      about="Welcome back."
      below={
        <>
          New here?{' '}
          <Anchor
            component={Link}
            href={{ pathname: '/sign-up', query: next === '/' ? {} : { next } }}
            inherit
          >
            Create an account
          </Anchor>
        </>
      }
    >
      <CheckedForm of={checked} onSave={signIn}>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus={!email}
          {...form.getInputProps('email')}
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          autoFocus={!!email}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={pending} fullWidth>
          Sign in
        </Button>
        <Anchor component={Link} href="/forgot-password" size="sm" ta="center">
          Forgot your password?
        </Anchor>
      </CheckedForm>
    </EntranceCard>
  )
}
