import type { Metadata } from 'next'
import { PlatformPage } from '../../../src/features/platform/platform-page.tsx'
import { requirePlatform } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Platform' }

const Page = async () => {
  await requirePlatform('platform:read')
  return <PlatformPage />
}

export default Page
