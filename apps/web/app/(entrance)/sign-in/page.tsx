import type { Metadata, Route } from 'next'
import { redirect } from 'next/navigation'
import { sameSitePath } from '../../../src/features/identity/same-site-path.ts'
import { SignIn } from '../../../src/features/identity/sign-in.tsx'
import { asText, type SearchParams } from '../../../src/search-params.ts'
import { currentMe } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Sign in' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const { next, email } = await searchParams
  const onward = sameSitePath(asText(next))
  if (await currentMe()) redirect(onward as Route)
  return <SignIn next={onward} email={asText(email) ?? ''} />
}

export default Page
