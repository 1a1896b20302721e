'use client'

import { EntranceGround } from './entrance.tsx'
import { ErrorPage } from './error-page.tsx'

/** Stands where no frame could be made, as when nobody could look up who is asking. */
export const RootErrorPage = ({ error, retry }: { error: unknown; retry: () => void }) => (
  <EntranceGround>
    <ErrorPage error={error} onRetry={retry} />
  </EntranceGround>
)
