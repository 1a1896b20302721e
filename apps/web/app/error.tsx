'use client'

import { EntranceGround } from '../src/frame/entrance.tsx'
import { ErrorPage } from '../src/frame/error-page.tsx'

/** Stands where no frame could be made, as when nobody could look up who is asking. */
const RootError = ({ error, retry }: { error: unknown; retry: () => void }) => (
  <EntranceGround>
    <ErrorPage error={error} onRetry={retry} />
  </EntranceGround>
)

export default RootError
