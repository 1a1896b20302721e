'use client'

import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** A text to be copied rather than typed off. */
export const Copyable = ({ text, label }: { text: string; label: string }) => (
  <Group gap={6} wrap="nowrap">
    <Code block style={{ flex: 1, minWidth: 0, overflowX: 'auto' }} tabIndex={0}>
      {text}
    </Code>
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon size="lg" variant="default" onClick={copy} aria-label={copied ? 'Copied' : label}>
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  </Group>
)
