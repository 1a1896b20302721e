'use client'

import { Button, Group, Text } from '@mantine/core'
import { IconAlertCircle, IconCheck } from '@tabler/icons-react'
import { faultOf } from '../api/refusal.ts'

/** A name within a sentence, which keeps its own direction of writing and leaves the sentence its. */
export const isolated = (name: string) => `\u2068${name}\u2069`

// Toasts weigh, and nothing is said before somebody did something: they come after the page.
const toasts = async () => (await import('@mantine/notifications')).notifications

/** Says that something was done, with the way back where there is one. */
export const notify = (message: string, undo?: () => void): void => {
  void toasts().then((notifications) => {
    const id = notifications.show({
      icon: <IconCheck size={16} />,
      color: 'gray',
      autoClose: undo ? 8000 : 5000,
      closeButtonProps: { 'aria-label': 'Dismiss' },
      message: (
        <Group justify="space-between" wrap="nowrap" gap="md">
          <Text size="sm" style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {message}
          </Text>
          {undo ? (
            <Button
              size="compact-sm"
              variant="default"
              flex="none"
              onClick={() => {
                notifications.hide(id)
                undo()
              }}
            >
              Undo
            </Button>
          ) : null}
        </Group>
      ),
    })
  })
}

/** Says why something was not done. */
export const notifyFault = (error: unknown): void => {
  const { message, requestId, code } = faultOf(error)
  if (code === 'tenant_mismatch' || code === 'session_mismatch') return
  void toasts().then((notifications) =>
    notifications.show({
      icon: <IconAlertCircle size={16} />,
      color: 'red',
      autoClose: 10_000,
      closeButtonProps: { 'aria-label': 'Dismiss' },
      message: code === 'internal' && requestId ? `${message} Request ${requestId}` : message,
    }),
  )
}
