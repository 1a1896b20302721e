import type { Metadata } from 'next'
import { HomePage } from '../../src/features/home/home-page.tsx'
import { WithSentences } from '../../src/frame/with-sentences.tsx'
import { WithData } from '../../src/prefetch.tsx'
import { requireTenant } from '../../src/session.ts'

export const metadata: Metadata = { title: 'Home' }

const Page = async () => {
  const { me, tenant } = await requireTenant()
  return (
    <WithData
      me={me}
      reads={({ api, caller, once }) => {
        const may = (...wanted: string[]) => tenant.permissions.some((held) => wanted.includes(held))
        once(api.tenants.listOwnInvitations.queryKey(), () => caller.tenants.listOwnInvitations())
        if (may('billing:read')) once(api.billing.overview.queryKey(), () => caller.billing.overview())
        else once(api.files.usage.queryKey(), () => caller.files.usage())
        if (may('audit:read')) {
          const latest = { limit: 6 }
          once(api.audit.list.queryKey(latest), () => caller.audit.list(latest))
        }
      }}
    >
      <WithSentences>
        <HomePage />
      </WithSentences>
    </WithData>
  )
}

export default Page
