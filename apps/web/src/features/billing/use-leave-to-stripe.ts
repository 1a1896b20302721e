'use client'

import { useEffect } from 'react'
import { leaveFor } from '../../patterns/leaving.ts'
import { notifyFault } from '../../patterns/notify.tsx'

/**
 * For buttons that lead to a page of Stripe's and stay busy until it is there. Back brings this page out of the browser's
 * cache as it was left, busy; then `reset` frees it.
 */
export const toStripe = {
  onSuccess: ({ url }: { url: string }) => leaveFor(url),
  onError: notifyFault,
}

export const useFreshAfterBack = (reset: () => void) => {
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) reset()
    }
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [reset])
}
