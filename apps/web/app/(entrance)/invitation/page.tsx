import type { Metadata } from 'next'
import { InvitationCard } from '../../../src/features/tenants/invitation-card.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'
import { currentMe } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Invitation', referrer: 'no-referrer' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => (
  <InvitationCard token={asText((await searchParams).token)} user={(await currentMe())?.user ?? null} />
)

export default Page
