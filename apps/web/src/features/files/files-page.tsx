'use client'

import { type File, FileState, fileStateNames } from '@insula/contracts'
import { Button, EmptyState, Group, SegmentedControl, Select } from '@mantine/core'
import { IconFilterOff, IconLayoutGrid, IconList, IconPhotoUp, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { ListBar } from '../../patterns/list-bar.tsx'
import { MoreFoot } from '../../patterns/more-foot.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { SearchField } from '../../patterns/search-field.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { DropAnywhere } from './drop-anywhere.tsx'
import { EmptyTrash } from './empty-trash.tsx'
import { FilesGrid, FilesTable } from './files-list.tsx'
import { UploadButton } from './upload-button.tsx'
import { UsageLine } from './usage-line.tsx'
import { useUploader } from './use-uploader.ts'

const FileDetails = dynamic(() => import('./file-details.tsx').then((module) => module.FileDetails), {
  ssr: false,
})

const states = Object.entries(fileStateNames).map(([value, label]) => ({ value, label }))

export const FilesPage = () => {
  const api = useApi()
  const mayWrite = useMay('files:write')
  const uploader = useUploader()
  const filters = useFilters(['search', 'state', 'trashed'])
  const opened = useFilters(['file', 'view'])
  const { search, state, trashed } = filters.values

  const list = useInfiniteQuery(
    api.files.list.infiniteQueryOptions(
      {
        limit: 48,
        search: search || undefined,
        state: FileState.safeParse(state).data,
        trashed: trashed === '1',
      },
      { getNextPageParam: (page) => page.nextCursor, placeholderData: keepPreviousData },
    ),
  )
  const files = list.data?.pages.flatMap((page) => page.items)
  const open = (file: File) => opened.set({ file: file.id })
  const foot = (
    <MoreFoot
      shown={files?.length ?? 0}
      noun={['file', 'files']}
      hasMore={list.hasNextPage}
      loading={list.isFetchingNextPage}
      onMore={() => void list.fetchNextPage()}
    />
  )
  const List = opened.values.view === 'list' ? FilesTable : FilesGrid

  return (
    <>
      <PageHead
        title="Files"
        about="Images of your organisation, checked and made ready in three sizes."
        actions={
          <>
            <ApiCall method="GET" path="/files?limit=50" scope="files:read" />
            {mayWrite ? <UploadButton label="Upload" /> : null}
          </>
        }
      />
      <ListBar
        end={
          <SegmentedControl
            aria-label="View"
            value={opened.values.view || 'grid'}
            onChange={(view) => opened.set({ view: view === 'list' ? 'list' : null })}
            data={[
              {
                value: 'grid',
                label: <IconLayoutGrid size={16} aria-label="Grid" style={{ display: 'block' }} />,
              },
              { value: 'list', label: <IconList size={16} aria-label="List" style={{ display: 'block' }} /> },
            ]}
          />
        }
      >
        <SearchField
          label="Search by name"
          value={search}
          onSearch={(next) => filters.set({ search: next })}
        />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={states}
          value={state || null}
          onChange={(next) => filters.set({ state: next })}
          clearable
          w={140}
        />
        <Button
          variant={trashed ? 'light' : 'default'}
          color="gray"
          aria-pressed={trashed === '1'}
          leftSection={<IconTrash size={16} />}
          onClick={() => filters.set({ trashed: trashed ? null : '1' })}
        >
          Trash
        </Button>
      </ListBar>
      <Group mb="md">
        <UsageLine />
        {trashed && mayWrite ? <EmptyTrash /> : null}
      </Group>
      {list.isError ? (
        <LoadFault error={list.error} onRetry={() => void list.refetch()} />
      ) : files?.length === 0 ? (
        filters.active ? (
          <EmptyState
            py="xl"
            icon={
              trashed && !search && !state ? (
                <IconTrash size={32} stroke={1.4} />
              ) : (
                <IconFilterOff size={32} stroke={1.4} />
              )
            }
            title={trashed && !search && !state ? 'The trash is empty' : 'No file matches'}
            description={
              trashed
                ? 'Files that you move to the trash can be restored from here for thirty days.'
                : 'Try another name or state.'
            }
          >
            <EmptyState.Actions>
              <Button variant="default" onClick={filters.clear}>
                Show all files
              </Button>
            </EmptyState.Actions>
          </EmptyState>
        ) : (
          <EmptyState
            py={56}
            icon={<IconPhotoUp size={36} stroke={1.4} />}
            title="No files yet"
            description={
              mayWrite
                ? 'Drop images anywhere on this page. Their type is checked, hidden data such as the place of a photo is removed, and three sizes are made.'
                : 'Files appear here once somebody uploads them.'
            }
          >
            {mayWrite ? (
              <EmptyState.Actions>
                <UploadButton label="Choose files" variant="default" />
              </EmptyState.Actions>
            ) : null}
          </EmptyState>
        )
      ) : (
        <List files={files} onOpen={open} foot={foot} />
      )}
      {mayWrite ? <DropAnywhere onDrop={uploader.start} /> : null}
      {opened.values.file ? (
        <FileDetails fileId={opened.values.file} onClose={() => opened.set({ file: null })} />
      ) : null}
    </>
  )
}
