'use client'

import {
  mayGive,
  NewInvitation,
  type Permission,
  type Role,
  roleDescriptions,
  roleNames,
} from '@insula/contracts'
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { useCloseSheet } from '../../patterns/sheet.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'

interface InviteFormProps {
  /** Nobody gives a role that holds more than they do. */
  held: readonly Permission[]
  onInvited: (email: string) => void
}

export const InviteForm = ({ held, onInvited }: InviteFormProps) => {
  const cancel = useCloseSheet()
  const api = useApi()
  const queryClient = useQueryClient()
  const invite = useMutation(api.tenants.invite.mutationOptions())
  const checked = useCheckedForm({
    name: 'invite',
    schema: NewInvitation,
    initialValues: { email: '', role: 'member' as Role },
  })
  const { form, pending } = checked

  const save = async (values: typeof form.values) => {
    const invitation = await invite.mutateAsync(values)
    void queryClient.invalidateQueries({ queryKey: api.tenants.people.pathKey() })
    form.reset()
    onInvited(invitation.email)
  }

  return (
    <CheckedForm of={checked} onSave={save}>
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('email')}
      />
      <Radio.Group label="Role" {...form.getInputProps('role')}>
        <Stack gap={8} mt={6}>
          {roleNames
            .filter((role) => mayGive(held, role))
            .map((role) => (
              <Radio
                key={role}
                value={role}
                label={<Text tt="capitalize">{role}</Text>}
                description={roleDescriptions[role]}
              />
            ))}
        </Stack>
      </Radio.Group>
      <Group justify="flex-end" gap="xs">
        {cancel ? (
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
        ) : null}
        <Button type="submit" loading={pending}>
          Send invitation
        </Button>
      </Group>
    </CheckedForm>
  )
}
