import type { Metadata } from 'next'
import { AccountPage } from '../../../src/features/identity/account-page.tsx'
import { WithSentences } from '../../../src/frame/with-sentences.tsx'
import { requireFrame } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Account' }

const Page = async () => {
  await requireFrame()
  return (
    <WithSentences>
      <AccountPage />
    </WithSentences>
  )
}

export default Page
