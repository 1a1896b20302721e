'use client'

import { Button, Center, EmptyState } from '@mantine/core'
import { IconMap2 } from '@tabler/icons-react'
import Link from 'next/link'

export const NotFoundPage = () => (
  <Center mih="70vh" component="main">
    <EmptyState
      icon={<IconMap2 size={36} stroke={1.4} />}
      title="There is no page here"
      description="The address may be mistyped, or what it showed is gone."
    >
      <EmptyState.Actions>
        <Button component={Link} href="/">
          Go to Home
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  </Center>
)
