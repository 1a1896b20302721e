'use client'

import { Code, Modal, Stack, Tabs, Text } from '@mantine/core'
import { type ApiExample, curl, typescript } from './api-example.ts'
import { Copyable } from './copyable.tsx'

interface ApiCallModalProps {
  example: ApiExample
  opened: boolean
  onClose: () => void
}

export const ApiCallModal = ({ example, opened, onClose }: ApiCallModalProps) => (
  <Modal opened={opened} onClose={onClose} title="Show as API call" size="lg">
    {opened ? <Example {...example} /> : null}
  </Modal>
)

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
