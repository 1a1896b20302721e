'use client'

import { Credentials } from '@insula/contracts'
import { Anchor, Button, Text, TextInput } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { faultOf } from '../../api/refusal.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { afterVerifying } from './after-verifying.ts'
import { clockOf, useCountdown } from './countdown.ts'
import { SentProof } from './sent-proof.tsx'
import { authClient } from './shared/auth-client.ts'
import { PasswordField } from './shared/password-field.tsx'

/** `next` is where to go on to, a path of this site. */
export const SignIn = ({ next, email }: { next: string; email: string }) => {
  const checked = useCheckedForm({
    name: 'sign-in',
    light: true,
    schema: Credentials,
    initialValues: { email, password: '' },
  })
  const { form, fault, pending } = checked
  const [unverified, setUnverified] = useState(false)
  const wait = useCountdown()

  const signIn = async (values: typeof form.values) => {
    try {
      await authClient.signIn(values)
    } catch (error) {
      const { code, details } = faultOf(error)
      if (code === 'rate_limited') wait.start(details.retryAfterSeconds ?? 0)
      if (code !== 'email_unverified') throw error
      afterVerifying.remember(next)
      setUnverified(true)
      return
    }
    // A full load: the frame is rendered anew, for the person who is now signed in.
    leaveFor(next)
    await new Promise(() => undefined)
  }

  if (unverified) return <SentProof email={form.values.email} onWrongAddress={() => setUnverified(false)} />

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
        {fault?.code === 'rate_limited' ? <TimeLeft seconds={wait.seconds} /> : null}
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

/** Below the server's words. The button stays open: somebody else may sign in meanwhile. */
const TimeLeft = ({ seconds }: { seconds: number }) => (
  <Text size="sm" fw={600} ta="center" className="tabular" role="timer">
    {seconds > 0 ? `${clockOf(seconds)} left` : 'You can try again now.'}
  </Text>
)
