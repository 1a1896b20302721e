'use client'

import type { Permission } from '@insula/contracts'
import { Button, Code, Modal, Stack, Tabs, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCode } from '@tabler/icons-react'
import { Copyable } from './secret.tsx'

export interface ApiExample {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`, such as `/files`. */
  path: string
  body?: Record<string, unknown>
  /** What the API key must hold. */
  scope: Permission
}

const curl = ({ method, path, body }: ApiExample, origin: string) =>
  [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}/api/v1${path}'`,
    `  -H "Authorization: Bearer $INSULA_API_KEY"`,
    ...(body ? [`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(body)}'`] : []),
  ].join(' \\\n')

const typescript = ({ method, path, body }: ApiExample, origin: string) =>
  [
    `const answer = await fetch('${origin}/api/v1${path}', {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    `  headers: {`,
    `    Authorization: 'Bearer ' + process.env.INSULA_API_KEY,`,
    ...(body ? [`    'Content-Type': 'application/json',`] : []),
    `  },`,
    ...(body ? [`  body: JSON.stringify(${JSON.stringify(body)}),`] : []),
    `})`,
    `if (!answer.ok) throw new Error((await answer.json()).detail)`,
    `console.log(await answer.json())`,
  ].join('\n')

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
