'use client'

import { useEffect } from 'react'

interface Visit {
  element: HTMLElement
  pathname: string
  /** The list whose row held it, and which row that was: the row may go, the list stays. */
  list: Element | null
  index: number
}

const remembered = 20
const focusable = 'a[href], button:not([disabled]), input:not([disabled]), [tabindex="0"]'

const visitOf = (element: HTMLElement): Visit => {
  const row = element.closest('tbody > tr, ul > li')
  return {
    element,
    pathname: window.location.pathname,
    list: row?.parentElement ?? null,
    index: row ? [...(row.parentElement?.children ?? [])].indexOf(row) : -1,
  }
}

const isThere = (element: Element | null | undefined): element is HTMLElement =>
  element instanceof HTMLElement && element.isConnected && element.checkVisibility()

/** Where the focus belongs once what had it is gone: where it came from, else the next row, else the page's heading. */
const heir = (visits: Visit[]): HTMLElement | null => {
  for (const { element, pathname, list, index } of visits.toReversed()) {
    if (pathname !== window.location.pathname) break
    if (isThere(element) && !element.matches(':disabled')) return element
    const row = list?.isConnected ? list.children[Math.min(index, list.children.length - 1)] : null
    const next = row?.querySelector<HTMLElement>(focusable)
    if (isThere(next)) return next
  }
  const heading = document.querySelector<HTMLElement>('main h1, main [role="heading"]')
  if (!isThere(heading)) return null
  heading.tabIndex = -1
  return heading
}

/**
 * Gives the focus back when what held it leaves the page: a drawer, dialog, menu or toast that closes, a row that is
 * removed. Without this it falls to the body, and whoever works by keyboard starts over at the top.
 */
export const useFocusKeeper = () => {
  useEffect(() => {
    const visits: Visit[] = []
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || target === document.body) return
      visits.push(visitOf(target))
      if (visits.length > remembered) visits.shift()
    }
    let due: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      const last = visits.at(-1)
      if (!last || isThere(last.element)) return
      if (document.activeElement && document.activeElement !== document.body) return
      clearTimeout(due)
      // After the library's own attempt, which knows better where it succeeds.
      due = setTimeout(() => {
        if (document.activeElement !== document.body || isThere(last.element)) return
        heir(visits)?.focus({ preventScroll: true })
      }, 40)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', onFocus)
    return () => {
      clearTimeout(due)
      observer.disconnect()
      document.removeEventListener('focusin', onFocus)
    }
  }, [])
}
