import type { Metadata } from 'next'
import { filesQuery, filesShape } from '../../../src/features/files/files.ts'
import { FilesPage } from '../../../src/features/files/files-page.tsx'
import { readChoice } from '../../../src/patterns/list-address.ts'
import { WithData } from '../../../src/prefetch.tsx'
import { asQuery, type SearchParams } from '../../../src/search-params.ts'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Files' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const { me } = await requireTenant('files:read')
  const choice = readChoice(await asQuery(searchParams), filesShape)
  return (
    <WithData
      me={me}
      reads={({ api, caller, once, paged }) => {
        const query = filesQuery(choice)
        paged(api.files.list.infiniteQueryKey(query), () => caller.files.list(query))
        once(api.files.usage.queryKey(), () => caller.files.usage())
      }}
    >
      <FilesPage />
    </WithData>
  )
}

export default Page
