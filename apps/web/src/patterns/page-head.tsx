import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface PageHeadProps {
  title: ReactNode
  /** One line of what this page is for. */
  about: ReactNode
  /** The primary action at the right, and what stands beside it. */
  actions?: ReactNode
}

export const PageHead = ({ title, about, actions }: PageHeadProps) => (
  <Group justify="space-between" align="flex-start" gap="md" mb="lg">
    <div style={{ flex: '1 1 280px', minWidth: 0, overflowWrap: 'anywhere' }}>
      <Title order={1}>{title}</Title>
      <Text c="dimmed" mt={2}>
        {about}
      </Text>
    </div>
    {actions ? <Group gap="xs">{actions}</Group> : null}
  </Group>
)
