'use client'

import { NewInvitedSignUp } from '@insula/contracts'
import { Button, TextInput } from '@mantine/core'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { authClient } from '../identity/shared/auth-client.ts'
import { PasswordField } from '../identity/shared/password-field.tsx'

interface InvitedSignUpProps {
  token: string
  email: string
  tenantName: string
}

/** A new account for the invited address: the link proves it, so that a name and a password are all that is asked for. */
export const InvitedSignUp = ({ token, email, tenantName }: InvitedSignUpProps) => {
  const checked = useCheckedForm({
    name: 'invited-sign-up',
    schema: NewInvitedSignUp,
    initialValues: { token, name: '', password: '' },
  })
  const { form, pending } = checked
  const join = async (values: typeof form.values) => {
    await authClient.signUpByInvitation({ ...values, token })
    leaveFor('/')
  }
  return (
    <CheckedForm of={checked} onSave={join}>
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        readOnly
        variant="filled"
      />
      <TextInput label="Your name" autoComplete="name" autoFocus {...form.getInputProps('name')} />
      <PasswordField
        label="Password"
        autoComplete="new-password"
        withStrength
        {...form.getInputProps('password')}
      />
      <Button type="submit" loading={pending} fullWidth>
        <span>
          Create account and join <bdi>{tenantName}</bdi>
        </span>
      </Button>
    </CheckedForm>
  )
}
