'use client'

import type { Route } from 'next'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useFocusKeeper } from './focus-keeper.ts'
import { hasUnsaved, isLeaving, leaveFor, mayLeave, useQuestion } from './leaving.ts'
import { watchForNewRelease } from './new-release.ts'

const LeaveQuestion = dynamic(() => import('./leave-question.tsx').then((module) => module.LeaveQuestion), {
  ssr: false,
})

/** Whether the question was ever asked on this page; once there it stays, so that it can close as it opened. */
const useAsked = () => {
  const question = useQuestion()
  const [asked, setAsked] = useState(false)
  if (question && !asked) setAsked(true)
  return asked
}

/** Where a plain click on a link of this site leads, or null for any other click. */
const followed = (event: MouseEvent): URL | null => {
  if (event.defaultPrevented || event.button !== 0) return null
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.hasAttribute('download')) return null
  if (link.target && link.target !== '_self') return null
  const to = new URL(link.href)
  const here = window.location
  const stays = to.pathname === here.pathname && to.search === here.search
  return to.origin === here.origin && !stays ? to : null
}

/** Watches every way out of a page: links, back and forward, reload and closing; and asks where something is unsaved. */
export const LeaveGuard = () => {
  const router = useRouter()

  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const to = hasUnsaved() ? followed(event) : null
      if (!to) return
      event.preventDefault()
      event.stopPropagation()
      void mayLeave().then((may) => {
        if (!may) return
        // The API's own pages are not the router's.
        if (to.pathname.startsWith('/api/')) leaveFor(to.href)
        else router.push((to.pathname + to.search + to.hash) as Route)
      })
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      if (hasUnsaved() && !isLeaving()) event.preventDefault()
    }
    let passing = false
    // Browsers let a page hold back only one that was touched since; where they don't, the draft is what keeps the text.
    const onTraverse = (event: NavigateEvent) => {
      if (event.navigationType !== 'traverse' || !event.cancelable || passing || !hasUnsaved()) return
      const { key } = event.destination
      event.preventDefault()
      void mayLeave().then(async (may) => {
        if (!may) return
        passing = true
        const { finished } = window.navigation.traverseTo(key)
        await Promise.resolve(finished).catch(() => undefined)
        passing = false
      })
    }
    window.addEventListener('click', onClick, { capture: true })
    window.addEventListener('beforeunload', onUnload)
    const { navigation } = window as { navigation?: Navigation }
    navigation?.addEventListener('navigate', onTraverse)
    return () => {
      window.removeEventListener('click', onClick, { capture: true })
      window.removeEventListener('beforeunload', onUnload)
      navigation?.removeEventListener('navigate', onTraverse)
    }
  }, [router])

  useEffect(watchForNewRelease, [])
  useFocusKeeper()

  const asked = useAsked()
  return asked ? <LeaveQuestion /> : null
}
