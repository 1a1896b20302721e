'use client'

import { EmptyState } from '@mantine/core'
import type { ReactNode } from 'react'

interface WholePageProps {
  icon: ReactNode
  title: string
  children: ReactNode
  actions: ReactNode
  role?: 'alert'
}

/** In place of a page that cannot be shown: what is the matter, and where to go on. */
export const WholePage = ({ icon, title, children, actions, role }: WholePageProps) => (
  <EmptyState py={64} maw={520} mx="auto" icon={icon} role={role}>
    <EmptyState.Title order={1}>{title}</EmptyState.Title>
    <EmptyState.Description>{children}</EmptyState.Description>
    <EmptyState.Actions>{actions}</EmptyState.Actions>
  </EmptyState>
)
