'use client'

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

interface Confirmation {
  title: ReactNode
  /** What will happen, how much it touches, and whether it can be undone. */
  consequence: ReactNode
  action: string
  onConfirm: () => void
}

/** Asks before what cannot be taken back. */
export const confirm = ({ title, consequence, action, onConfirm }: Confirmation) =>
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {consequence}
      </Text>
    ),
    labels: { confirm: action, cancel: 'Cancel' },
    confirmProps: { color: 'red' },
    onConfirm,
  })
