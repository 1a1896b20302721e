'use client'

import { Button, FileButton } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import { useUploader } from './use-uploader.ts'

/** Chooses files and begins to upload them. The same file may be chosen again right after. */
export const UploadButton = ({ label, variant }: { label: string; variant?: 'default' }) => {
  const uploader = useUploader()
  const reset = useRef<() => void>(null)
  const start = (files: File[]) => {
    uploader.start(files)
    reset.current?.()
  }
  return (
    <FileButton multiple resetRef={reset} onChange={start}>
      {(props) => (
        <Button {...props} variant={variant} leftSection={<IconUpload size={16} />}>
          {label}
        </Button>
      )}
    </FileButton>
  )
}
