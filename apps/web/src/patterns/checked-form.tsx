'use client'

import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { FaultNote } from './fault-note.tsx'
import type { useCheckedForm } from './use-checked-form.ts'

type Checked<Values extends Record<string, unknown>> = ReturnType<typeof useCheckedForm<Values>>

interface CheckedFormProps<Values extends Record<string, unknown>> {
  of: Checked<Values>
  onSave: (values: Values) => Promise<unknown>
  children: ReactNode
}

/** The form itself, with what was put back of an earlier try, and why the last one was refused, above its fields. */
export const CheckedForm = <Values extends Record<string, unknown>>({
  of,
  onSave,
  children,
}: CheckedFormProps<Values>) => (
  <form noValidate onSubmit={of.submit(onSave)}>
    <Stack gap="md">
      {of.restored ? (
        <Group gap="xs" justify="space-between" wrap="nowrap" role="status">
          <Text size="xs" c="dimmed">
            Restored what you typed before; it is not saved yet.
          </Text>
          <Button size="compact-xs" variant="default" flex="none" onClick={of.discard}>
            Discard
          </Button>
        </Group>
      ) : null}
      <FaultNote fault={of.fault} />
      {of.fault?.code === 'unreachable' ? (
        <Text size="xs" c="dimmed">
          What you typed stays here. Send it again when the connection is back.
        </Text>
      ) : null}
      {children}
    </Stack>
  </form>
)
