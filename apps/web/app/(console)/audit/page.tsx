import type { Metadata } from 'next'
import { AuditPage } from '../../../src/features/audit/audit-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Audit' }

const Page = async () => {
  await requireTenant('audit:read')
  return <AuditPage />
}

export default Page
