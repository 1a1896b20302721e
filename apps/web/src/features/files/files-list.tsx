'use client'

import { type File, visible } from '@insula/contracts'
import { Skeleton, Text, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Column } from '../../patterns/data-table.tsx'
import { formatBytes } from '../../patterns/quantity.ts'
import { Time } from '../../patterns/time.tsx'
import { FileMenu } from './file-menu.tsx'
import { FileStateBadge, stateWord } from './file-state.tsx'
import classes from './files.module.css'
import { Thumb } from './thumb.tsx'

interface FilesListProps {
  files: File[] | undefined
  onOpen: (file: File) => void
  foot: ReactNode
}

/** The columns of the files as rows. */
export const fileColumns = (onOpen: (file: File) => void): Column<File>[] => [
  {
    key: 'name',
    head: 'Name',
    card: 'title',
    sort: 'name',
    cell: (file) => (
      <span className={classes.nameCell}>
        <span className={classes.rowThumb}>
          <Thumb file={file} />
        </span>
        <span title={visible(file.name)}>
          <bdi>{visible(file.name)}</bdi>
        </span>
      </span>
    ),
  },
  {
    key: 'state',
    head: 'State',
    card: 'fact',
    cell: (file) => (
      <>
        <FileStateBadge file={file} />
        {file.failure ? (
          <Text size="xs" c="dimmed" mt={2}>
            {file.failure.message}
          </Text>
        ) : null}
      </>
    ),
  },
  {
    key: 'size',
    head: 'Size',
    card: 'left-out',
    align: 'end',
    sort: 'size',
    sortWords: ['smallest', 'largest'],
    cell: (file) => formatBytes(file.bytes),
  },
  { key: 'by', head: 'Uploaded by', card: 'left-out', cell: (file) => file.uploadedBy.name },
  {
    key: 'at',
    head: 'Uploaded',
    card: 'fact',
    align: 'end',
    sort: 'created',
    cell: (file) => <Time at={file.createdAt} />,
  },
  {
    key: 'actions',
    head: 'Actions',
    bare: true,
    align: 'end',
    width: 48,
    card: 'corner',
    cell: (file) => <FileMenu file={file} onOpen={() => onOpen(file)} />,
  },
]

const placeholders = Array.from({ length: 8 }, (_, index) => `placeholder-${index}`)

export const FilesGrid = ({ files, onOpen, foot }: FilesListProps) => (
  <>
    <ul className={classes.grid} aria-label="Files" aria-busy={files === undefined}>
      {files?.map((file) => (
        <li key={file.id} className={classes.tile}>
          <div className={classes.picture}>
            <Thumb file={file} />
          </div>
          <div className={classes.tileText}>
            <UnstyledButton className={classes.tileOpen} onClick={() => onOpen(file)}>
              <Text size="sm" fw={550} truncate title={visible(file.name)}>
                <bdi>{visible(file.name)}</bdi>
              </Text>
            </UnstyledButton>
            <Text
              size="xs"
              c={file.failure ? 'var(--mantine-color-error)' : 'dimmed'}
              lineClamp={2}
              title={file.failure?.message}
            >
              {file.failure
                ? file.failure.message
                : file.state === 'ready' && !file.trashedAt
                  ? formatBytes(file.bytes)
                  : stateWord(file)}
            </Text>
          </div>
          <FileMenu file={file} onOpen={() => onOpen(file)} className={classes.tileMenu} />
        </li>
      )) ??
        placeholders.map((key) => (
          <li key={key} className={classes.tile}>
            <Skeleton height={138} radius={0} />
            <div className={classes.tileText}>
              <Skeleton height={14} width="70%" mt={3} mb={8} />
              <Skeleton height={12} width="40%" mb={2} />
            </div>
          </li>
        ))}
    </ul>
    <Text
      size="xs"
      c="dimmed"
      mt="md"
      component="div"
      style={{ display: 'flex', justifyContent: 'space-between' }}
    >
      {foot}
    </Text>
  </>
)
