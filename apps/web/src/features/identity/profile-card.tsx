'use client'

import { ProfileChange } from '@insula/contracts'
import { Button, Card, Group, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { notify } from '../../patterns/notify.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'

export const ProfileCard = () => {
  const { user } = useMe()
  const api = useApi()
  const queryClient = useQueryClient()
  const change = useMutation(api.identity.changeProfile.mutationOptions())
  const checked = useCheckedForm({
    name: 'profile',
    schema: ProfileChange,
    initialValues: { name: user.name },
  })
  const { form, pending } = checked
  const save = async (values: typeof form.values) => {
    await change.mutateAsync(values)
    notify('Saved')
    // Not waited for: it is saved, and another reading that goes on meanwhile must not hold the form.
    void queryClient.invalidateQueries({ queryKey: api.identity.me.pathKey() })
  }
  return (
    <Card>
      <Title order={2} mb="md">
        Profile
      </Title>
      <CheckedForm of={checked} onSave={save}>
        <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
        <TextInput label="E-mail" value={user.email} readOnly variant="filled" description="Verified." />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </CheckedForm>
    </Card>
  )
}
