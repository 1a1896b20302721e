'use client'

import { Button, Group, Modal, Text } from '@mantine/core'
import { useQuestion } from './leaving.ts'

/** Asks whether what is unsaved may be left. */
export const LeaveQuestion = () => {
  const question = useQuestion()
  const lost = question?.about.flatMap((entry) => entry.lost ?? []) ?? []
  const kept = question?.about.some((entry) => entry.lost === null) ?? false
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer('stay')}
      title="Leave without saving?"
      zIndex={500}
      centered
    >
      <Text size="sm">
        {kept ? 'What you typed is kept in this tab, and is put back when you return to this form. ' : ''}
        {lost.length > 0 ? `${[...new Set(lost)].join('; ')}.` : ''}
      </Text>
      <Group mt="lg" gap="xs" justify="flex-end">
        <Button variant="subtle" color="red" onClick={() => question?.answer('discard')}>
          Discard
        </Button>
        {kept ? (
          <Button variant="default" onClick={() => question?.answer('leave')}>
            Leave and keep
          </Button>
        ) : null}
        <Button data-autofocus onClick={() => question?.answer('stay')}>
          Stay
        </Button>
      </Group>
    </Modal>
  )
}
