'use client'

import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { frameLater } from './later.ts'

interface Confirmation {
  title: ReactNode
  /** What will happen, how much it touches, and whether it can be undone. */
  consequence: ReactNode
  action: string
  onConfirm: () => void
}

/** Asks before what cannot be taken back. */
export const confirm = ({ title, consequence, action, onConfirm }: Confirmation): void => {
  void Promise.all([import('@mantine/modals'), frameLater.there]).then(([{ modals }]) =>
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
    }),
  )
}
