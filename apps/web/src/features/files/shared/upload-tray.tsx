'use client'

import { fileStateNames, visible } from '@insula/contracts'
import { ActionIcon, Button, FileButton, Group, Progress, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconRefresh, IconX } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../../../api/client.ts'
import { LimitNote } from '../../../patterns/limit-note.tsx'
import { formatBytes } from '../../../patterns/quantity.ts'
import classes from '../upload-tray.module.css'
import { useUploader } from '../use-uploader.ts'
import { changeUpload, forgetEnded, isUnderway, type Upload, useUploads } from './uploads.ts'

const told = (upload: Upload) => {
  switch (upload.state) {
    case 'waiting':
      return upload.held ? 'Waiting: the server is busy' : 'Waiting'
    case 'sending':
      return `${fileStateNames.uploading}: ${formatBytes(upload.sentBytes)} of ${formatBytes(upload.bytes)}`
    case 'checking':
      return fileStateNames.processing
    case 'ready':
      return fileStateNames.ready
    case 'failed':
      return upload.fault?.message ?? fileStateNames.failed
  }
}

const rank: Record<Upload['state'], number> = { failed: 0, sending: 1, checking: 1, waiting: 2, ready: 3 }

/** What failed or moves is seen without scrolling, however many there are. */
const inOrder = (uploads: Upload[]) => uploads.toSorted((a, b) => rank[a.state] - rank[b.state])

/** What the worker made of uploads that it is still checking: the same queries that live events renew. */
const useOutcomes = (uploads: Upload[]) => {
  const api = useApi()
  const checking = uploads.filter((upload) => upload.state === 'checking' && upload.fileId)
  const answers = useQueries({
    queries: checking.map((upload) =>
      api.files.get.queryOptions({ fileId: upload.fileId ?? '' }, { refetchInterval: 5_000 }),
    ),
  })
  useEffect(() => {
    answers.forEach(({ data }, index) => {
      const key = checking[index]?.key
      if (!key || !data) return
      if (data.state === 'ready') changeUpload(key, { state: 'ready' })
      if (data.state === 'failed') {
        const message = data.failure?.message ?? 'Failed'
        const code = data.failure?.retryable ? 'unavailable' : 'unsupported'
        changeUpload(key, { state: 'failed', fault: { code, message, details: {}, requestId: null } })
      }
    })
  })
}

/** Every upload of this tab with its progress or the reason for its failure; it stays while one moves about. */
export const UploadTray = () => {
  const uploads = useUploads()
  const uploader = useUploader()
  const [open, setOpen] = useState(true)
  useOutcomes(uploads)

  const underway = uploads.filter(isUnderway).length
  const failed = uploads.filter((upload) => upload.state === 'failed').length

  useEffect(() => {
    if (underway === 0) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [underway])

  const title =
    underway > 0
      ? `Uploading ${underway} ${underway === 1 ? 'file' : 'files'}`
      : failed > 0
        ? `${failed} of ${uploads.length} failed`
        : `${uploads.length} ${uploads.length === 1 ? 'file' : 'files'} uploaded`

  return (
    <section className={classes.tray} aria-label="Uploads">
      <div className={classes.head}>
        <Text size="sm" fw={600} role="status">
          {title}
        </Text>
        <Group gap={2}>
          <ActionIcon aria-label={open ? 'Fold uploads' : 'Unfold uploads'} onClick={() => setOpen(!open)}>
            {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
          {underway === 0 ? (
            <ActionIcon aria-label="Clear uploads" onClick={forgetEnded}>
              <IconX size={16} />
            </ActionIcon>
          ) : null}
        </Group>
      </div>
      {open ? (
        <ul className={classes.list}>
          {inOrder(uploads).map((upload) => (
            <li key={upload.key} className={classes.item}>
              <Group wrap="nowrap" gap="xs" align="flex-start">
                <div style={{ flex: 1, minWidth: 0 }}>
                  <Text size="sm" truncate title={visible(upload.name)}>
                    {visible(upload.name)}
                  </Text>
                  <Text
                    size="xs"
                    c={upload.state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
                    className="tabular"
                  >
                    {told(upload)}
                  </Text>
                </div>
                <WayOn upload={upload} />
                {isUnderway(upload) ? (
                  <ActionIcon
                    aria-label={`Cancel ${visible(upload.name)}`}
                    onClick={() => void uploader.cancel(upload)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                ) : upload.state === 'failed' ? (
                  <ActionIcon
                    aria-label={`Dismiss ${visible(upload.name)}`}
                    onClick={() => void uploader.cancel(upload)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                ) : null}
              </Group>
              {upload.state === 'sending' ? (
                <Progress
                  mt={6}
                  size={4}
                  value={(upload.sentBytes / upload.bytes) * 100}
                  aria-label={`${visible(upload.name)} sent`}
                />
              ) : null}
              {upload.state === 'checking' ? (
                <Progress
                  mt={6}
                  size={4}
                  value={100}
                  animated
                  color="gray"
                  aria-label={`${visible(upload.name)} being processed`}
                />
              ) : null}
              {upload.fault?.details.limit ? (
                <LimitNote limit={upload.fault.details.limit} upgrade={upload.fault.details.upgrade} />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

const WayOn = ({ upload }: { upload: Upload }) => {
  const uploader = useUploader()
  const way = uploader.wayOn(upload)
  if (way === null) return null
  if (way === 'retry') {
    return (
      <Tooltip label="Try again">
        <ActionIcon aria-label={`Try ${visible(upload.name)} again`} onClick={() => uploader.retry(upload)}>
          <IconRefresh size={16} />
        </ActionIcon>
      </Tooltip>
    )
  }
  return (
    <FileButton onChange={(chosen) => chosen && uploader.chooseAgain(upload, chosen)}>
      {(props) => (
        <Button size="compact-xs" variant="default" {...props}>
          {way === 'same-file' ? 'Choose again' : 'Choose another'}
        </Button>
      )}
    </FileButton>
  )
}
