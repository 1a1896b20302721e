'use client'

import { Button, Code, Modal, Stack, Tabs, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCode } from '@tabler/icons-react'
import { type ApiExample, curl, typescript } from './api-example.ts'
import { Copyable } from './copyable.tsx'

/** Shows what the page does as a call that a program could make, with the scope its key needs. */
export const ApiCall = (example: ApiExample) => {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="subtle"
        color="gray"
        leftSection={<IconCode size={16} />}
        onClick={open}
      >
        API
      </Button>
      <Modal opened={opened} onClose={close} title="Show as API call" size="lg">
        {opened ? <Example {...example} /> : null}
      </Modal>
    </>
  )
}

const Example = (example: ApiExample) => {
  const { origin } = window.location
  return (
    <Stack gap="sm">
      <Text size="sm">
        The key needs the scope <Code>{example.scope}</Code>.
      </Text>
      <Tabs defaultValue="curl">
        <Tabs.List mb="sm">
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="typescript">TypeScript</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl">
          <Copyable text={curl(example, origin)} label="Copy curl call" />
        </Tabs.Panel>
        <Tabs.Panel value="typescript">
          <Copyable text={typescript(example, origin)} label="Copy TypeScript" />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}
