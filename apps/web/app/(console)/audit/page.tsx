import type { Metadata } from 'next'
import { AuditPage } from '../../../src/features/audit/audit-page.tsx'
import { entriesQuery, entriesShape } from '../../../src/features/audit/entries.ts'
import { WithSentences } from '../../../src/frame/with-sentences.tsx'
import { readChoice } from '../../../src/patterns/list-address.ts'
import { WithData } from '../../../src/prefetch.tsx'
import { asQuery, type SearchParams } from '../../../src/search-params.ts'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Audit' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const { me } = await requireTenant('audit:read')
  const choice = readChoice(await asQuery(searchParams), entriesShape)
  return (
    <WithData
      me={me}
      reads={({ api, caller, once, paged }) => {
        const query = entriesQuery(choice)
        // A day begins where the person is, which only their browser knows.
        if (!query.from && !query.to)
          paged(api.audit.list.infiniteQueryKey(query), () => caller.audit.list(query))
        once(api.tenants.people.queryKey(), () => caller.tenants.people())
      }}
    >
      <WithSentences>
        <AuditPage />
      </WithSentences>
    </WithData>
  )
}

export default Page
