import type { Metadata } from 'next'
import { ResetPassword } from '../../../src/features/identity/reset-password.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'

export const metadata: Metadata = { title: 'Choose a new password', referrer: 'no-referrer' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => (
  <ResetPassword token={asText((await searchParams).token)} />
)

export default Page
