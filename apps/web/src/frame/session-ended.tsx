'use client'

import { Anchor, Button, Text } from '@mantine/core'
import { useEffect } from 'react'
import { z } from 'zod'
import { useWho } from '../api/me.ts'
import { useSignedOut } from '../api/signed-out.ts'
import { PasswordField } from '../features/identity/shared/password-field.tsx'
import { CheckedForm } from '../patterns/checked-form.tsx'
import { leaveFor } from '../patterns/leaving.ts'
import { useCheckedForm } from '../patterns/use-checked-form.ts'
import { StandingModal } from './standing-modal.tsx'
import { useGoOn } from './use-go-on.ts'

/**
 * A session that ended under an open page: whoever sits at it signs in again on the spot and goes on with what was
 * typed. Signing in in another tab does, too.
 */
export const SessionEnded = () => {
  const ended = useSignedOut()
  const who = useWho()
  if (!ended) return null
  return who ? <SignInAgain email={who.user.email} /> : <GoToSignIn />
}

const GoToSignIn = () => {
  useEffect(() => {
    leaveFor(elsewhere())
  }, [])
  return null
}

const elsewhere = () =>
  `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`

const SignInAgain = ({ email }: { email: string }) => {
  const goOn = useGoOn()
  const checked = useCheckedForm({
    name: 'sign-in-again',
    light: true,
    schema: z.object({ password: z.string().min(1, 'Type your password') }),
    initialValues: { password: '' },
  })

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void goOn().catch(() => undefined)
    }
    document.addEventListener('visibilitychange', look)
    window.addEventListener('focus', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('focus', look)
    }
  }, [goOn])

  return (
    <StandingModal zIndex={450} title="You are signed out">
      <Text size="sm" c="dimmed" mb="md">
        Your session ended. Sign in again to go on with this page: what you typed is still here, and nothing
        was carried out since.
      </Text>
      <CheckedForm
        of={checked}
        onSave={async ({ password }) => {
          const { authClient } = await import('../features/identity/shared/auth-client.ts')
          await authClient.signIn({ email, password })
          await goOn()
        }}
      >
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          label={`Password of ${email}`}
          autoComplete="current-password"
          data-autofocus
          {...checked.form.getInputProps('password')}
        />
        <Button type="submit" loading={checked.pending} fullWidth>
          Sign in and go on
        </Button>
        <Anchor component="button" type="button" size="sm" ta="center" onClick={() => leaveFor(elsewhere())}>
          Sign in as somebody else
        </Anchor>
      </CheckedForm>
    </StandingModal>
  )
}
