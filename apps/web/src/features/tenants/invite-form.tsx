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
import { FaultNote } from '../../patterns/fault-note.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'

interface InviteFormProps {
  /** Nobody gives a role that holds more than they do. */
  held: readonly Permission[]
  onInvited: (email: string) => void
  onCancel?: () => void
}

export const InviteForm = ({ held, onInvited, onCancel }: InviteFormProps) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const invite = useMutation(api.tenants.invite.mutationOptions())
  const { form, submit, fault, pending } = useCheckedForm({
    schema: NewInvitation,
    initialValues: { email: '', role: 'member' as Role },
  })

  const save = async (values: typeof form.values) => {
    const invitation = await invite.mutateAsync(values)
    void queryClient.invalidateQueries({ queryKey: api.tenants.people.pathKey() })
    form.reset()
    onInvited(invitation.email)
  }

  return (
    <form onSubmit={submit(save)} noValidate>
      <Stack gap="md">
        <FaultNote fault={fault} />
        <TextInput
          label="E-mail"
          type="email"
          placeholder="colleague@example.com"
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
          {onCancel ? (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          ) : null}
          <Button type="submit" loading={pending}>
            Send invitation
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
