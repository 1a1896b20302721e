import type { Metadata } from 'next'
import { MailPage } from '../../../src/features/notifications/mail-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Mail log' }

const Page = async () => {
  await requireTenant('mail:read')
  return <MailPage />
}

export default Page
