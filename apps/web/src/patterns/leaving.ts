'use client'

import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'

/** Something typed or shown that leaving would take from the page. */
export interface Unsaved {
  /** What would be gone even from the tab, such as `The password`; null where all of it is kept as a draft. */
  lost: string | null
  /** Forgets it on purpose. */
  discard: () => void
}

/** What a dialog or drawer holds, so that closing it asks for its own forms alone. */
export const SheetContext = createContext<Set<Unsaved> | null>(null)

const onPage = new Set<Unsaved>()

/** Asks before the page, or the sheet around it, is left while `active`. */
export const useUnsaved = (active: boolean, { lost, discard }: Unsaved) => {
  const sheet = useContext(SheetContext)
  const latest = useRef(discard)
  latest.current = discard
  useEffect(() => {
    if (!active) return
    const entry: Unsaved = { lost, discard: () => latest.current() }
    onPage.add(entry)
    sheet?.add(entry)
    return () => {
      onPage.delete(entry)
      sheet?.delete(entry)
    }
  }, [active, lost, sheet])
}

type Answer = 'stay' | 'leave' | 'discard'
interface Question {
  about: Unsaved[]
  answer: (answer: Answer) => void
}

let question: Question | null = null
// One press of Escape reaches the sheet and the question above it; it may ask or answer, not both.
let lastEvent: Event | undefined
const isOfSameEvent = () => window.event !== undefined && window.event === lastEvent
const listeners = new Set<() => void>()

const ask = (next: Question | null) => {
  question = next
  lastEvent = window.event
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useQuestion = () =>
  useSyncExternalStore(
    subscribe,
    () => question,
    () => null,
  )

export const hasUnsaved = () => onPage.size > 0

/** Asks before signing out, which forgets every draft. */
export const maySignOut = () => mayLeave(onPage, 'Signing out forgets what you typed here')

/**
 * Whether what is unsaved may be left, asked of the person where there is any. Asked a second time while the question
 * stands, as by Escape, it stays. `lost` says why this way out, unlike others, keeps nothing.
 */
export const mayLeave = (
  unsaved: ReadonlySet<Unsaved> = onPage,
  lost: string | null = null,
): Promise<boolean> => {
  if (isOfSameEvent()) return Promise.resolve(false)
  if (question) {
    question.answer('stay')
    return Promise.resolve(false)
  }
  const about = [...unsaved].map((entry) => ({ ...entry, lost: lost ?? entry.lost }))
  if (about.length === 0) return Promise.resolve(true)
  return new Promise((resolve) =>
    ask({
      about,
      answer: (answer) => {
        if (isOfSameEvent()) return
        ask(null)
        if (answer === 'discard') for (const entry of about) entry.discard()
        resolve(answer !== 'stay')
      },
    }),
  )
}

let leaving = false

/** Whether a full load was begun on purpose, so that the browser need not ask. */
export const isLeaving = () => leaving

// Back may bring this page out of the browser's cache as it was left.
if (typeof window !== 'undefined') {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) leaving = false
  })
}

/** Goes on with a full load that was asked about, or that puts everything typed back. */
export const leaveFor = (address: string) => {
  leaving = true
  window.location.assign(address)
}

/** Loads this page anew; what was typed is put back. */
export const loadAnew = () => {
  leaving = true
  window.location.reload()
}
