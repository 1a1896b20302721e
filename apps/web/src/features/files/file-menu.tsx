'use client'

import { type File, visible } from '@insula/contracts'
import { ActionIcon, FileButton, Menu } from '@mantine/core'
import {
  IconArrowBackUp,
  IconDots,
  IconDownload,
  IconInfoCircle,
  IconRefresh,
  IconTrash,
  IconUpload,
  IconX,
} from '@tabler/icons-react'
import { useFileActs } from './file-acts.ts'
import { useFileActions } from './use-file-actions.ts'
import { useUploader } from './use-uploader.ts'

export const FileMenu = ({
  file,
  onOpen,
  className,
}: {
  file: File
  onOpen: () => void
  className?: string
}) => {
  const can = useFileActs(file)
  const actions = useFileActions()
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon className={className} aria-label={`Actions for ${visible(file.name)}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconInfoCircle size={16} />} onClick={onOpen}>
          Details
        </Menu.Item>
        {can('download') ? (
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void actions.download(file)}>
            Download
          </Menu.Item>
        ) : null}
        {can('retry') ? (
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => actions.retry(file)}>
            Try again
          </Menu.Item>
        ) : null}
        {can('resume') ? <ResumeItem file={file} /> : null}
        {can('discard') ? (
          <Menu.Item leftSection={<IconX size={16} />} color="red" onClick={() => actions.discard(file)}>
            Discard
          </Menu.Item>
        ) : null}
        {can('trash') ? (
          <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => actions.trash(file)}>
            Move to trash
          </Menu.Item>
        ) : null}
        {can('restore') ? (
          <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => actions.restore(file)}>
            Restore
          </Menu.Item>
        ) : null}
        {can('purge') ? (
          <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => actions.purge(file)}>
            Delete for good
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}

const ResumeItem = ({ file }: { file: File }) => {
  const uploader = useUploader()
  return (
    <FileButton onChange={(chosen) => chosen && uploader.resume(file, chosen)}>
      {(props) => (
        <Menu.Item leftSection={<IconUpload size={16} />} closeMenuOnClick={false} {...props}>
          Resume…
        </Menu.Item>
      )}
    </FileButton>
  )
}
