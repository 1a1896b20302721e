'use client'

import { Button } from '@mantine/core'

interface MoreFootProps {
  shown: number
  /** Singular and plural of what is listed. */
  noun: [string, string]
  hasMore: boolean
  loading: boolean
  onMore: () => void
}

/** Below a list: how many are shown, and the next page. */
export const MoreFoot = ({ shown, noun, hasMore, loading, onMore }: MoreFootProps) => (
  <>
    <span className="tabular" role="status">
      {shown} {shown === 1 ? noun[0] : noun[1]}
      {hasMore ? ' shown' : ''}
    </span>
    {hasMore ? (
      <Button size="compact-sm" variant="default" loading={loading} onClick={onMore}>
        Show more
      </Button>
    ) : null}
  </>
)
