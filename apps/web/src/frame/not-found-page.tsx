'use client'

import { Button } from '@mantine/core'
import { IconMap2 } from '@tabler/icons-react'
import Link from 'next/link'
import { EntranceGround } from './entrance.tsx'
import { WholePage } from './whole-page.tsx'

export const NotFoundPage = () => (
  <EntranceGround>
    <WholePage
      icon={<IconMap2 size={36} stroke={1.4} />}
      title="There is no page here"
      actions={
        <Button component={Link} href="/">
          Go to Home
        </Button>
      }
    >
      The address may be mistyped, or what it showed is gone.
    </WholePage>
  </EntranceGround>
)
