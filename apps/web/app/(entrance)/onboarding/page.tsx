import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Onboarding } from '../../../src/features/tenants/onboarding.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'
import { requireMe } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Set up your tenant' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const me = await requireMe()
  const wanted = asText((await searchParams).new) !== null
  if (me.tenant && !wanted) redirect('/')
  return <Onboarding memberships={wanted ? [] : me.memberships} mayLeave={me.tenant !== null} />
}

export default Page
