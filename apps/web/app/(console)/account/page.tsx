import type { Metadata } from 'next'
import { AccountPage } from '../../../src/features/identity/account-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Account' }

const Page = async () => {
  await requireTenant()
  return <AccountPage />
}

export default Page
