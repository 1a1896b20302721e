'use client'

import { NewSignUp } from '@insula/contracts'
import { Anchor, Button, TextInput } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { afterVerifying } from './after-verifying.ts'
import { SentProof } from './sent-proof.tsx'
import { authClient } from './shared/auth-client.ts'
import { PasswordField } from './shared/password-field.tsx'

/** `next` is where to go on to after the address is verified; `email` is known when an invitation was followed. */
export const SignUp = ({ next, email }: { next: string; email: string }) => {
  const checked = useCheckedForm({
    name: 'sign-up',
    schema: NewSignUp,
    initialValues: { name: '', email, password: '' },
  })
  const { form, pending } = checked
  const [sent, setSent] = useState(false)

  const signUp = async (values: typeof form.values) => {
    await authClient.signUp(values)
    afterVerifying.remember(next)
    setSent(true)
  }

  if (sent) return <SentProof email={form.values.email} onWrongAddress={() => setSent(false)} />

  return (
    <EntranceCard
      title="Create your account"
      about="Then name your organisation and invite your colleagues."
      below={
        <>
          Have an account?{' '}
          <Anchor
            component={Link}
            href={{ pathname: '/sign-in', query: next === '/' ? {} : { next } }}
            inherit
          >
            Sign in
          </Anchor>
        </>
      }
    >
      <CheckedForm of={checked} onSave={signUp}>
        <TextInput label="Your name" autoComplete="name" autoFocus {...form.getInputProps('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          withStrength
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={pending} fullWidth>
          Create account
        </Button>
      </CheckedForm>
    </EntranceCard>
  )
}
