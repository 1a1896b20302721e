'use client'

import { type File, fileStateNames, visible } from '@insula/contracts'
import { Box, Group } from '@mantine/core'
import { IconPhotoUp, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import type { ListFilter } from '../../patterns/list-filter.tsx'
import { ListPage } from '../../patterns/list-page.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { useFilters } from '../../patterns/use-filters.ts'
import { useList } from '../../patterns/use-list.ts'
import { filesQuery, filesShape } from './files.ts'
import { FilesGrid, fileColumns } from './files-list.tsx'
import { UploadButton } from './upload-button.tsx'
import { UsageLine } from './usage-line.tsx'
import { useFileActions } from './use-file-actions.ts'
import { useUploader } from './use-uploader.ts'

const DropAnywhere = dynamic(() => import('./drop-anywhere.tsx').then((module) => module.DropAnywhere), {
  ssr: false,
})

const EmptyTrash = dynamic(() => import('./empty-trash.tsx').then((module) => module.EmptyTrash), {
  ssr: false,
})

const ViewSwitch = dynamic(() => import('./view-switch.tsx').then((module) => module.ViewSwitch), {
  ssr: false,
  // As large as what comes, so that nothing moves.
  loading: () => <Box w={80} h={32} />,
})

const FileDetails = dynamic(() => import('./file-details.tsx').then((module) => module.FileDetails), {
  ssr: false,
})

const filters: ListFilter[] = [
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    any: 'Any state',
    options: Object.entries(fileStateNames).map(([value, label]) => ({ value, label })),
  },
  { kind: 'switch', name: 'trashed', label: 'Trash', icon: <IconTrash size={16} /> },
]

export const FilesPage = () => {
  const api = useApi()
  const mayWrite = useMay('files:write')
  const uploader = useUploader()
  const actions = useFileActions()
  const list = useList(filesShape)
  const opened = useFilters(['file', 'view'])
  const { search, state, trashed } = list.values
  const source = useInfiniteQuery(
    api.files.list.infiniteQueryOptions(filesQuery(list), {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  )
  const files = source.data?.pages.flatMap((page) => page.items)
  const open = (file: File) => opened.set({ file: file.id })
  const isList = opened.values.view === 'list'

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
      <ListPage
        name="files"
        label="Files"
        noun={['file', 'files']}
        list={list}
        source={source}
        rows={files}
        columns={fileColumns(open)}
        keyOf={(file) => file.id}
        nameOf={(file) => visible(file.name)}
        search="Search by name"
        filters={filters}
        end={
          <ViewSwitch isList={isList} onChange={(asList) => opened.set({ view: asList ? 'list' : null })} />
        }
        above={
          <Group mb="md">
            <UsageLine />
            {trashed && mayWrite ? <EmptyTrash /> : null}
          </Group>
        }
        opens="file"
        bulk={mayWrite && isList ? actions.ofSeveral : []}
        instead={isList ? undefined : (foot) => <FilesGrid files={files} onOpen={open} foot={foot} />}
        empty={{
          icon: <IconPhotoUp size={36} stroke={1.4} />,
          title: 'No files yet',
          description: mayWrite
            ? 'Drop images anywhere on this page. Their type is checked, hidden data such as the place of a photo is removed, and three sizes are made.'
            : 'Files appear here once somebody uploads them.',
          action: mayWrite ? <UploadButton label="Choose files" variant="default" /> : null,
        }}
        emptyFiltered={{
          icon: trashed && !search && !state ? <IconTrash size={32} stroke={1.4} /> : undefined,
          title: trashed && !search && !state ? 'The trash is empty' : 'No file matches',
          description: trashed
            ? 'Files that you move to the trash can be restored from here for thirty days.'
            : 'Try another name or state.',
        }}
      />
      {mayWrite ? <DropAnywhere onDrop={uploader.start} /> : null}
      {opened.values.file ? (
        <FileDetails fileId={opened.values.file} onClose={() => opened.set({ file: null })} />
      ) : null}
    </>
  )
}
