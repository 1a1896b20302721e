import type { Metadata } from 'next'
import { SettingsPage } from '../../../src/features/tenants/settings-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Settings' }

const Page = async () => {
  await requireTenant('tenant:read')
  return <SettingsPage />
}

export default Page
