import type { Metadata } from 'next'
import { ApiKeysPage } from '../../../src/features/access/api-keys-page.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'API keys' }

const Page = async () => {
  await requireTenant('api-keys:read')
  return <ApiKeysPage />
}

export default Page
