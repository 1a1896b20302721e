'use client'

import { Group, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconUpload } from '@tabler/icons-react'

/** While files are dragged over the window, the whole of it takes them. */
export const DropAnywhere = ({ onDrop }: { onDrop: (files: File[]) => void }) => (
  <Dropzone.FullScreen active withinPortal={false} onDrop={onDrop} onReject={() => undefined}>
    <Group justify="center" gap="sm" mih={220} style={{ pointerEvents: 'none' }}>
      <IconUpload size={28} stroke={1.5} aria-hidden="true" />
      <Text size="xl" fw={600}>
        Drop to upload
      </Text>
    </Group>
  </Dropzone.FullScreen>
)
