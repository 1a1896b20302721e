import type { Metadata } from 'next'
import { ApiKeysPage } from '../../../src/features/access/api-keys-page.tsx'
import { WithData } from '../../../src/prefetch.tsx'
import { requireTenant } from '../../../src/session.ts'

export const metadata: Metadata = { title: 'API keys' }

const Page = async () => {
  const { me } = await requireTenant('api-keys:read')
  return (
    <WithData
      me={me}
      reads={({ api, caller, once }) =>
        once(api.access.listApiKeys.queryKey(), () => caller.access.listApiKeys())
      }
    >
      <ApiKeysPage />
    </WithData>
  )
}

export default Page
