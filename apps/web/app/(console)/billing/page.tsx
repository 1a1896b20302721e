import type { Metadata } from 'next'
import { BillingPage } from '../../../src/features/billing/billing-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Billing' }

const Page = async () => {
  await requireTenant('billing:read')
  return <BillingPage />
}

export default Page
