'use client'

import { Password } from '@insula/contracts'
import { Button, Card, Group, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { useApi } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { say } from '../../patterns/say.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { authClient } from './auth-client.ts'
import { answered } from './auth-fault.ts'
import { PasswordField } from './password-field.tsx'

const PasswordChange = z.object({
  currentPassword: z.string().min(1, 'Type your current password'),
  password: Password,
})

export const PasswordCard = () => {
  const { user } = useMe()
  const api = useApi()
  const queryClient = useQueryClient()
  const checked = useCheckedForm({
    name: 'password',
    schema: PasswordChange,
    initialValues: { currentPassword: '', password: '' },
  })
  const { form, pending } = checked
  const save = async ({ currentPassword, password }: typeof form.values) => {
    await answered(
      authClient.changePassword({ currentPassword, newPassword: password, revokeOtherSessions: true }),
    )
    form.reset()
    say('Password changed; your other sessions are signed out')
    await queryClient.invalidateQueries({ queryKey: api.identity.listSessions.pathKey() })
  }
  return (
    <Card>
      <Title order={2}>Password</Title>
      <Text size="sm" c="dimmed" mb="md">
        Changing it signs you out everywhere else.
      </Text>
      <CheckedForm of={checked} onSave={save}>
        <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          withStrength
          {...form.getInputProps('password')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={!form.isDirty()}>
            Change password
          </Button>
        </Group>
      </CheckedForm>
    </Card>
  )
}
