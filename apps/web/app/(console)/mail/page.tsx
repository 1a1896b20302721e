import type { Metadata } from 'next'
import { MailPage } from '../../../src/features/notifications/mail-page.tsx'
import { mailsQuery, mailsShape } from '../../../src/features/notifications/mails.ts'
import { readChoice } from '../../../src/patterns/list-address.ts'
import { WithData } from '../../../src/prefetch.tsx'
import { asQuery, type SearchParams } from '../../../src/search-params.ts'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'Mail log' }

const Page = async ({ searchParams }: { searchParams: SearchParams }) => {
  const { me } = await requireTenant('mail:read')
  const choice = readChoice(await asQuery(searchParams), mailsShape)
  return (
    <WithData
      me={me}
      reads={({ api, caller, paged }) => {
        const query = mailsQuery(choice)
        paged(api.notifications.listMails.infiniteQueryKey(query), () =>
          caller.notifications.listMails(query),
        )
      }}
    >
      <MailPage />
    </WithData>
  )
}

export default Page
