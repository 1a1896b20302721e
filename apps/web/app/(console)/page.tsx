import type { Metadata } from 'next'
import { HomePage } from '../../src/features/home/home-page.tsx'
import { requireTenant } from '../../src/session.ts'

export const metadata: Metadata = { title: 'Home' }

const Page = async () => {
  await requireTenant()
  return <HomePage />
}

export default Page
