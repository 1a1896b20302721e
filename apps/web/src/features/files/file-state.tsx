import { type File, fileStateNames, lookUp } from '@insula/contracts'
import { Badge } from '@mantine/core'

const colors = { uploading: 'gray', processing: 'blue', ready: 'green', failed: 'red' } as const

/** The one word for what a file is just now. */
export const stateWord = (file: Pick<File, 'state' | 'trashedAt'>) =>
  file.trashedAt ? 'In trash' : (lookUp(fileStateNames, file.state) ?? file.state)

export const FileStateBadge = ({ file }: { file: File }) => (
  <Badge color={file.trashedAt ? 'gray' : (lookUp(colors, file.state) ?? 'gray')}>{stateWord(file)}</Badge>
)
