import type { Metadata } from 'next'
import { PlatformPage } from '../../../src/features/platform/platform-page.tsx'
import { tenantsQuery, tenantsShape } from '../../../src/features/platform/tenants-query.ts'
import { readChoice } from '../../../src/patterns/list-address.ts'
import { WithData } from '../../../src/prefetch.tsx'
import { asQuery, type SearchParams } from '../../../src/search-params.ts'
import { requirePlatform } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Platform' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const me = await requirePlatform('platform:read')
  const params = await asQuery(searchParams)
  const query = tenantsQuery(readChoice(params, tenantsShape))
  return (
    <WithData
      me={me}
      reads={({ api, caller, paged }) => {
        if ((params.get('tab') ?? 'tenants') === 'tenants')
          paged(api.platform.listTenants.infiniteQueryKey(query), () => caller.platform.listTenants(query))
      }}
    >
      <PlatformPage />
    </WithData>
  )
}

export default Page
