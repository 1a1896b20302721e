'use client'

import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { mayLeave, SheetContext, type Unsaved } from './leaving.ts'

const CloseContext = createContext<(() => void) | null>(null)

/** Closes the sheet around it as Escape does: after asking, where something in it is unsaved. Null outside of one. */
export const useCloseSheet = () => useContext(CloseContext)

const useAsking = (onClose: () => void) => {
  const [unsaved] = useState(() => new Set<Unsaved>())
  const close = () => void mayLeave(unsaved).then((may) => may && onClose())
  const within = (children: ReactNode) => (
    <SheetContext value={unsaved}>
      <CloseContext value={close}>{children}</CloseContext>
    </SheetContext>
  )
  return { close, within }
}

/** A dialog that holds a form: Escape, the cross and a click beside it ask first. */
export const FormModal = ({ children, onClose, ...props }: ModalProps) => {
  const { close, within } = useAsking(onClose)
  return (
    <Modal {...props} onClose={close}>
      {within(children)}
    </Modal>
  )
}

/** A drawer that holds a form: Escape, the cross and a click beside it ask first. */
export const FormDrawer = ({ children, onClose, ...props }: DrawerProps) => {
  const { close, within } = useAsking(onClose)
  return (
    <Drawer {...props} onClose={close}>
      {within(children)}
    </Drawer>
  )
}
