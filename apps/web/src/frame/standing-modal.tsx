'use client'

import { Modal, type ModalProps } from '@mantine/core'

/** A dialog that only its own buttons end: the page under it may not be worked with as it is. */
export const StandingModal = (props: Omit<ModalProps, 'opened' | 'onClose'>) => (
  <Modal
    {...props}
    opened
    onClose={() => undefined}
    withCloseButton={false}
    closeOnEscape={false}
    closeOnClickOutside={false}
  />
)
