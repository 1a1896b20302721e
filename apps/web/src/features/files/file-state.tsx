import type { FileState } from '@insula/contracts'
import { Badge } from '@mantine/core'

const shown: Record<FileState, { label: string; color: string }> = {
  uploading: { label: 'Uploading', color: 'gray' },
  processing: { label: 'Processing', color: 'blue' },
  ready: { label: 'Ready', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
}

export const FileStateBadge = ({ state }: { state: FileState }) => (
  <Badge color={shown[state].color}>{shown[state].label}</Badge>
)
