import type { Metadata } from 'next'
import { AccountPage } from '../../../src/features/identity/account-page.tsx'
import { requireFrame } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Account' }

const Page = async () => {
  await requireFrame()
  return <AccountPage />
}

export default Page
