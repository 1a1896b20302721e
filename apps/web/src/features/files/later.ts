import { IconPhoto, IconUpload } from '@tabler/icons-react'
import { hitsShown } from '../../patterns/hit.ts'
import type { Creation, Search, SentencesOf } from '../../patterns/manifest.ts'

export const creations: Creation[] = [
  { id: 'upload', label: 'Upload files', icon: IconUpload, href: '/files', order: 10, needs: 'files:write' },
]

export const searches: Search[] = [
  {
    group: 'Files',
    icon: IconPhoto,
    order: 10,
    needs: 'files:read',
    async find(word, { api, queryClient }) {
      const query = { search: word, limit: hitsShown, variant: 'thumb' as const }
      const { items } = await queryClient.fetchQuery(api.files.list.queryOptions(query))
      return items.map(({ id, name }) => ({ id, label: name, href: `/files?file=${id}` }))
    },
  },
]

export const sentences: SentencesOf<'files'> = {
  'file.upload-started': '{actor} began to upload {target}',
  'file.uploaded': '{actor} uploaded {target}',
  'file.ready': '{target} is ready',
  'file.failed': '{target} could not be used',
  'file.retried': '{actor} had {target} checked again',
  'file.renamed': '{actor} renamed {target}',
  'file.trashed': '{actor} moved {target} to the trash',
  'file.restored': '{actor} restored {target}',
  'file.downloaded': '{actor} downloaded {target}',
  'file.purged': '{target} was deleted for good',
  'file.discarded': '{target} was discarded',
  'file.upload-resumed': '{actor} went on uploading {target}',
}
