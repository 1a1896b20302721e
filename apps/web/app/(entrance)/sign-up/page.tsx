import type { Metadata, Route } from 'next'
import { redirect } from 'next/navigation'
import { sameSitePath } from '../../../src/features/identity/same-site-path.ts'
import { SignUp } from '../../../src/features/identity/sign-up.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'
import { currentMe } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Create an account' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const { next, email } = await searchParams
  const onward = sameSitePath(asText(next))
  if (await currentMe()) redirect(onward as Route)
  return <SignUp next={onward} email={asText(email) ?? ''} />
}

export default Page
