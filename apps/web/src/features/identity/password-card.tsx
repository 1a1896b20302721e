'use client'

import { PasswordChange } from '@insula/contracts'
import { Button, Card, Group, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { notify } from '../../patterns/notify.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { authClient } from './shared/auth-client.ts'
import { PasswordField } from './shared/password-field.tsx'

export const PasswordCard = () => {
  const { user } = useMe()
  const api = useApi()
  const queryClient = useQueryClient()
  const checked = useCheckedForm({
    name: 'password',
    schema: PasswordChange,
    initialValues: { currentPassword: '', newPassword: '' },
  })
  const { form, pending } = checked
  const save = async (values: typeof form.values) => {
    await authClient.changePassword(values)
    form.reset()
    notify('Password changed; your other sessions are signed out')
    await queryClient.invalidateQueries({ queryKey: api.identity.listSessions.pathKey() })
  }
  return (
    <Card>
      <Title order={2}>Password</Title>
      <Text size="sm" c="dimmed" mb="md">
        Changing it signs you out everywhere else and ends links that were mailed to reset it.
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
          {...form.getInputProps('newPassword')}
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
