import type { Metadata } from 'next'
import { MembersPage } from '../../../src/features/tenants/members-page.tsx'
import { WithData } from '../../../src/prefetch.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Members' }

const Page = async () => {
  const { me } = await requireTenant('members:read')
  return (
    <WithData
      me={me}
      reads={({ api, caller, once }) => once(api.tenants.people.queryKey(), () => caller.tenants.people())}
    >
      <MembersPage />
    </WithData>
  )
}

export default Page
