'use client'

import { NewApiKey, type Permission, permissions } from '@insula/contracts'
import { Alert, Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/client.ts'
import { useTenant } from '../../api/me.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { Copyable } from '../../patterns/copyable.tsx'
import { useUnsaved } from '../../patterns/leaving.ts'
import { FormModal, useCloseSheet } from '../../patterns/sheet.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'Never' },
]

/** Makes a key, then shows its secret this once; it closes only by saying that it is stored. */
export const NewKeyModal = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const [secret, setSecret] = useState<string | null>(null)
  const close = () => {
    setSecret(null)
    onClose()
  }
  useUnsaved(secret !== null, { lost: 'The key is shown only this once', discard: () => setSecret(null) })
  return (
    <FormModal
      opened={opened}
      onClose={close}
      size="lg"
      title={secret ? 'Store your key now' : 'Create an API key'}
      withCloseButton={!secret}
      closeOnClickOutside={!secret}
      closeOnEscape={!secret}
    >
      {secret ? (
        <Stack gap="md">
          <Alert color="yellow">
            This is the only time it is shown. We keep nothing but its fingerprint.
          </Alert>
          <Copyable text={secret} label="Copy key" />
          <Group justify="flex-end">
            <Button onClick={close}>I have stored it</Button>
          </Group>
        </Stack>
      ) : (
        <NewKeyForm onCreated={setSecret} />
      )}
    </FormModal>
  )
}

const NewKeyForm = ({ onCreated }: { onCreated: (secret: string) => void }) => {
  const cancel = useCloseSheet()
  const api = useApi()
  const queryClient = useQueryClient()
  const tenant = useTenant()
  const create = useMutation(api.access.createApiKey.mutationOptions())
  const checked = useCheckedForm({
    name: 'new-api-key',
    schema: NewApiKey,
    initialValues: { name: '', scopes: ['files:read'] as Permission[], expiresInDays: 90 as number | null },
  })
  const { form, pending } = checked
  const save = async (values: typeof form.values) => {
    const { secret } = await create.mutateAsync(values)
    void queryClient.invalidateQueries({ queryKey: api.access.pathKey() })
    onCreated(secret)
  }
  return (
    <CheckedForm of={checked} onSave={save}>
      <TextInput
        label="Name"
        description="What uses it, such as the nightly import."
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Checkbox.Group
        label="Scopes"
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        description="What the key may do. Give it no more than its program needs."
        {...form.getInputProps('scopes')}
      >
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt="xs" mb={4}>
          {tenant.permissions.map((permission) => (
            <Checkbox
              key={permission}
              value={permission}
              label={permission}
              description={permissions[permission]}
            />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Select
        label="Expires after"
        data={lifetimes}
        allowDeselect={false}
        value={form.values.expiresInDays === null ? 'never' : String(form.values.expiresInDays)}
        onChange={(value) => form.setFieldValue('expiresInDays', value === 'never' ? null : Number(value))}
      />
      {form.values.expiresInDays === null ? (
        <Text size="xs" c="dimmed">
          A key that never expires works until somebody revokes it.
        </Text>
      ) : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={cancel ?? undefined}>
          Cancel
        </Button>
        <Button type="submit" loading={pending}>
          Create key
        </Button>
      </Group>
    </CheckedForm>
  )
}
