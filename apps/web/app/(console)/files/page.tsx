import type { Metadata } from 'next'
import { FilesPage } from '../../../src/features/files/files-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Files' }

const Page = async () => {
  await requireTenant('files:read')
  return <FilesPage />
}

export default Page
