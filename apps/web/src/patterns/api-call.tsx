'use client'

import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCode } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { ApiExample } from './api-example.ts'

const ApiCallModal = dynamic(() => import('./api-call-modal.tsx').then((module) => module.ApiCallModal), {
  ssr: false,
})

/** Shows what the page does as a call that a program could make, with the scope its key needs. */
export const ApiCall = (example: ApiExample) => {
  const [opened, { open, close }] = useDisclosure(false)
  const [wanted, setWanted] = useState(false)
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="subtle"
        color="gray"
        leftSection={<IconCode size={16} />}
        onClick={() => {
          setWanted(true)
          open()
        }}
      >
        API
      </Button>
      {wanted ? <ApiCallModal example={example} opened={opened} onClose={close} /> : null}
    </>
  )
}
