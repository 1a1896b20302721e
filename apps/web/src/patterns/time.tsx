'use client'

import { isTimeZone } from '@insula/contracts'
import { useSyncExternalStore } from 'react'
import { useMe } from '../api/me.ts'
import { formatRelative, inEnglish } from './quantity.ts'

// One clock for every time on the page: its snapshot moves only with its tick.
let now = Date.now()
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

const tick = () => {
  now = Date.now()
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  if (!ticking) {
    ticking = setInterval(tick, 20_000)
    queueMicrotask(tick)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

const snapshot = () => now
// On the server nothing ticks.
const snapshotThere = () => (typeof window === 'undefined' ? Date.now() : now)
const useNow = () => useSyncExternalStore(subscribe, snapshot, snapshotThere)

/** Formats instants as the tenant's region does, in its time zone. */
export const useDates = () => {
  const { tenant } = useMe()
  const locale = inEnglish(tenant?.locale)
  // An older browser may not know a zone, or offset, that the server takes.
  const timeZone = tenant && isTimeZone(tenant.timeZone) ? tenant.timeZone : 'UTC'
  return {
    locale,
    exact: (at: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone }).format(
        new Date(at),
      ),
    date: (at: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(new Date(at)),
    monthDay: (at: string) =>
      new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone }).format(new Date(at)),
    dateTime: (at: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
        new Date(at),
      ),
  }
}

/** An instant told from now, exact in the tenant's zone on hover and on paper. */
export const Time = ({ at }: { at: string }) => {
  const { locale, exact, dateTime } = useDates()
  return (
    // The server told it a moment ago, and may write dates a little differently than the browser.
    <time
      dateTime={at}
      title={exact(at)}
      data-paper={dateTime(at)}
      style={{ whiteSpace: 'nowrap' }}
      suppressHydrationWarning
    >
      {formatRelative(Date.parse(at), useNow(), locale)}
    </time>
  )
}
