'use client'

import { ErrorPage } from '../../src/frame/error-page.tsx'

const PageError = ({ error, retry }: { error: unknown; retry: () => void }) => (
  <ErrorPage error={error} onRetry={retry} />
)

export default PageError
