'use client'

import { type File, FileName, VariantName, visible } from '@insula/contracts'
import {
  Alert,
  Button,
  DataList,
  FileButton,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { IconDownload, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { useApi } from '../../api/client.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify } from '../../patterns/notify.tsx'
import { formatBytes } from '../../patterns/quantity.ts'
import { FormDrawer } from '../../patterns/sheet.tsx'
import { useDates } from '../../patterns/time.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { useFileActs } from './file-acts.ts'
import { FileStateBadge } from './file-state.tsx'
import classes from './files.module.css'
import { Thumb } from './thumb.tsx'
import { useFileActions } from './use-file-actions.ts'
import { useUploader } from './use-uploader.ts'

/** A file opened beside the list: its picture, facts, variants, and what can be done with it. */
export const FileDetails = ({ fileId, onClose }: { fileId: string; onClose: () => void }) => {
  const api = useApi()
  const file = useQuery(api.files.get.queryOptions({ fileId }))
  return (
    <FormDrawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={file.data ? visible(file.data.name) : 'File'}
    >
      {file.isError ? (
        <LoadFault error={file.error} onRetry={() => void file.refetch()} />
      ) : file.data ? (
        <Details key={file.data.id} file={file.data} onClose={onClose} />
      ) : null}
    </FormDrawer>
  )
}

const Details = ({ file, onClose }: { file: File; onClose: () => void }) => {
  const can = useFileActs(file)
  const actions = useFileActions()
  const uploader = useUploader()
  const { dateTime } = useDates()
  const facts: [string, string][] = [
    ['Uploaded size', formatBytes(file.bytes)],
    ['Takes of your plan', formatBytes(file.storedBytes)],
    ['Type', file.contentType],
    ...(file.width && file.height
      ? [['Dimensions', `${file.width} × ${file.height} px`] as [string, string]]
      : []),
    ['Uploaded by', file.uploadedBy.name],
    ['Uploaded', dateTime(file.createdAt)],
  ]
  return (
    <Stack gap="md">
      <div
        className={classes.picture}
        style={{ height: 220, borderRadius: 8, overflow: 'hidden', border: 0 }}
      >
        <Thumb file={file} variant="medium" />
      </div>
      {file.failure ? (
        <Alert color="red" variant="light" title="This file could not be used">
          <Text size="sm">{file.failure.message}</Text>
          {can('discard') ? (
            <Group mt="sm" gap="xs">
              {can('retry') ? (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconRefresh size={14} />}
                  loading={actions.retrying}
                  onClick={() => actions.retry(file)}
                >
                  Try again
                </Button>
              ) : (
                <FileButton
                  onChange={(chosen) => {
                    if (!chosen) return
                    uploader.start([chosen])
                    actions.discard(file, onClose)
                  }}
                >
                  {(props) => (
                    <Button size="xs" variant="default" {...props}>
                      Choose another…
                    </Button>
                  )}
                </FileButton>
              )}
              <Button size="xs" variant="default" onClick={() => actions.discard(file, onClose)}>
                Discard
              </Button>
            </Group>
          ) : null}
        </Alert>
      ) : null}
      {file.state === 'uploading' && !file.trashedAt ? <Unfinished file={file} onClose={onClose} /> : null}
      {can('rename') ? <Rename file={file} /> : <Title order={2}>{visible(file.name)}</Title>}
      <DataList orientation="horizontal" size="sm">
        <DataList.Item>
          <DataList.ItemLabel>State</DataList.ItemLabel>
          <DataList.ItemValue>
            <FileStateBadge file={file} />
          </DataList.ItemValue>
        </DataList.Item>
        {facts.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue className="tabular">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
      {file.variants.length > 0 ? <Variants file={file} onDownload={actions.download} /> : null}
      <Group gap="xs">
        {can('download') ? (
          <Button leftSection={<IconDownload size={16} />} onClick={() => void actions.download(file)}>
            Download original
          </Button>
        ) : null}
        {can('trash') ? (
          <Button
            variant="default"
            leftSection={<IconTrash size={16} />}
            onClick={() => {
              actions.trash(file)
              onClose()
            }}
          >
            Move to trash
          </Button>
        ) : null}
        {can('restore') ? (
          <Button variant="default" onClick={() => actions.restore(file)}>
            Restore
          </Button>
        ) : null}
        {can('purge') ? (
          <Button variant="default" color="red" onClick={() => actions.purge(file, onClose)}>
            Delete for good
          </Button>
        ) : null}
      </Group>
    </Stack>
  )
}

/** An upload that goes on elsewhere or broke off: here, in another tab, or on another device. */
const Unfinished = ({ file, onClose }: { file: File; onClose: () => void }) => {
  const can = useFileActs(file)
  const actions = useFileActions()
  const uploader = useUploader()
  return (
    <Alert color="gray" variant="light" title="The upload is not finished">
      <Text size="sm">
        It may still be going on in another tab. If it broke off, choose the same file again to resume, or
        discard it; otherwise it is discarded by itself within minutes.
      </Text>
      {can('resume') ? (
        <Group mt="sm" gap="xs">
          <FileButton onChange={(chosen) => chosen && uploader.resume(file, chosen)}>
            {(props) => (
              <Button size="xs" variant="default" {...props}>
                Resume…
              </Button>
            )}
          </FileButton>
          <Button size="xs" variant="default" onClick={() => actions.discard(file, onClose)}>
            Discard
          </Button>
        </Group>
      ) : null}
    </Alert>
  )
}

const Rename = ({ file }: { file: File }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const rename = useMutation(api.files.rename.mutationOptions())
  const checked = useCheckedForm({
    name: `rename-file/${file.id}`,
    schema: z.object({ name: FileName }),
    initialValues: { name: file.name },
  })
  const { form, pending } = checked
  const save = async ({ name }: typeof form.values) => {
    await rename.mutateAsync({ fileId: file.id, name })
    notify('Renamed')
    await queryClient.invalidateQueries({ queryKey: api.files.pathKey() })
  }
  return (
    <CheckedForm of={checked} onSave={save}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput label="Name" flex={1} {...form.getInputProps('name')} />
        <Button type="submit" variant="default" loading={pending} disabled={!form.isDirty()}>
          Rename
        </Button>
      </Group>
    </CheckedForm>
  )
}

interface VariantsProps {
  file: File
  onDownload: (file: File, variant: VariantName) => void
}

const Variants = ({ file, onDownload }: VariantsProps) => (
  <div>
    <Title order={3} mb={4}>
      Variants
    </Title>
    <Table fz="sm" verticalSpacing={6}>
      <Table.Tbody>
        {file.variants.map((variant) => (
          <Table.Tr key={variant.name}>
            <Table.Td tt="capitalize" pl={0}>
              {variant.name}
            </Table.Td>
            <Table.Td>
              {variant.width} × {variant.height}
            </Table.Td>
            <Table.Td ta="end">{formatBytes(variant.bytes)}</Table.Td>
            <Table.Td ta="end" pr={0}>
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={`Download ${variant.name}`}
                disabled={!VariantName.safeParse(variant.name).success}
                onClick={() => onDownload(file, VariantName.parse(variant.name))}
              >
                Download
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)
