'use client'

import { Button, Group, Modal, Text } from '@mantine/core'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useFocusKeeper } from './focus-keeper.ts'
import { hasUnsaved, isLeaving, leaveFor, mayLeave, useQuestion } from './leaving.ts'
import { watchForNewRelease } from './new-release.ts'

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

  return <LeaveQuestion />
}

const LeaveQuestion = () => {
  const question = useQuestion()
  const lost = question?.about.flatMap((entry) => entry.lost ?? []) ?? []
  const kept = question?.about.some((entry) => entry.lost === null) ?? false
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer('stay')}
      title="Leave without saving?"
      zIndex={500}
      centered
    >
      <Text size="sm">
        {kept ? 'What you typed is kept in this tab, and is put back when you return to this form. ' : ''}
        {lost.length > 0 ? `${[...new Set(lost)].join('; ')}.` : ''}
      </Text>
      <Group mt="lg" gap="xs" justify="flex-end">
        <Button variant="subtle" color="red" onClick={() => question?.answer('discard')}>
          Discard
        </Button>
        {kept ? (
          <Button variant="default" onClick={() => question?.answer('leave')}>
            Leave and keep
          </Button>
        ) : null}
        <Button data-autofocus onClick={() => question?.answer('stay')}>
          Stay
        </Button>
      </Group>
    </Modal>
  )
}
