import { FileState, fileSorts } from '@insula/contracts'
import type { ListChoice } from '../../patterns/list-address.ts'

const filters = ['search', 'state', 'trashed'] as const
export const filesShape = { filters, sorts: fileSorts } as const

type Choice = Pick<
  ListChoice<(typeof filters)[number], (typeof fileSorts)[number]>,
  'values' | 'sort' | 'size'
>

/** What the files ask for, by what stands in the address. Grid and rows show the thumbnail; its link alone is signed. */
export const filesQuery = ({ values, sort, size }: Choice) => ({
  search: values.search || undefined,
  state: FileState.safeParse(values.state).data,
  trashed: values.trashed === '1',
  variant: 'thumb' as const,
  sort,
  limit: size,
})
