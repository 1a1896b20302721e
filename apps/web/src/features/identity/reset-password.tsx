'use client'

import { Password } from '@insula/contracts'
import { Button } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { faultOf } from '../../api/refusal.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { authClient } from './shared/auth-client.ts'
import { PasswordField } from './shared/password-field.tsx'

/** `token` is the secret of the mailed link; it works once. */
export const ResetPassword = ({ token }: { token: string | null }) => {
  const checked = useCheckedForm({
    name: 'reset-password',
    light: true,
    schema: z.object({ newPassword: Password }),
    initialValues: { newPassword: '' },
  })
  const { form, pending } = checked
  const [state, setState] = useState<'asking' | 'done' | 'expired'>(token ? 'asking' : 'expired')

  const reset = async ({ newPassword }: typeof form.values) => {
    try {
      await authClient.resetPassword({ newPassword, token: token ?? '' })
      setState('done')
    } catch (error) {
      if (faultOf(error).code !== 'gone') throw error
      setState('expired')
    }
  }

  if (state === 'done')
    return (
      <EntranceCard title="Your password is changed" about="All other sessions were signed out.">
        <Button component={Link} href="/sign-in" fullWidth>
          Sign in
        </Button>
      </EntranceCard>
    )
  if (state === 'expired')
    return (
      <EntranceCard
        title="This link no longer works"
        about="It was used, replaced by a newer one, or is too old."
      >
        <Button component={Link} href="/forgot-password" fullWidth>
          Send a new link
        </Button>
      </EntranceCard>
    )
  return (
    <EntranceCard title="Choose a new password" about="It replaces the old one at once.">
      <CheckedForm of={checked} onSave={reset}>
        <PasswordField
          label="New password"
          autoComplete="new-password"
          autoFocus
          withStrength
          {...form.getInputProps('newPassword')}
        />
        <Button type="submit" loading={pending} fullWidth>
          Change password
        </Button>
      </CheckedForm>
    </EntranceCard>
  )
}
