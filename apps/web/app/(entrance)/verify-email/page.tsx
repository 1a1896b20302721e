import type { Metadata } from 'next'
import { VerifyEmail } from '../../../src/features/identity/verify-email.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'

export const metadata: Metadata = { title: 'Verify your e-mail', referrer: 'no-referrer' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => (
  <VerifyEmail token={asText((await searchParams).token)} />
)

export default Page
