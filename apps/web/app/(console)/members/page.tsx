import type { Metadata } from 'next'
import { MembersPage } from '../../../src/features/tenants/members-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Members' }

const Page = async () => {
  await requireTenant('members:read')
  return <MembersPage />
}

export default Page
